"""Which way a sentence goes: up or down, won or lost, allowed or refused, and whether it says "not".

A sentence with the right names and numbers is still false when it turns the item round. So the words that give a
direction are known here, each with its pole, as far as headlines use them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Pole = Literal[
    "up", "down", "won", "lost", "drawn", "allowed", "refused", "begun", "ended",
    "today", "tomorrow", "yesterday", "morning", "noon", "evening", "night",
]  # fmt: skip

CONTEST: Final[frozenset[Pole]] = frozenset({"won", "lost"})
"""Of two names, which comes first matters."""

_English: Final[Mapping[str, tuple[Pole, ...]]] = {
    "rise rises rose risen rising climb climbs climbed climbing gain gains gained gaining up higher increase increases"
    " increased increasing grow grows grew grown growing jump jumps jumped jumping surge surges surged surging soar"
    " soars soared soaring": ("up",),
    "fall falls fell fallen falling drop drops dropped dropping down lower decline declines declined declining decrease"
    " decreases decreased decreasing slip slips slipped slide slides slid sink sinks sank sunk plunge plunges plunged"
    " tumble tumbles tumbled shrink shrinks shrank shed sheds": ("down",),
    "win wins won winning victory victories triumph triumphs beat beats beating defeat defeats defeating edge edges"
    " edged thrash thrashes outplay outplays overcome overcomes overcame": ("won",),
    "today": ("today",),
    "tonight": ("today", "evening", "night"),
    "tomorrow": ("tomorrow",),
    "yesterday": ("yesterday",),
    "morning mornings": ("morning",),
    "noon midday afternoon": ("noon",),
    "evening evenings": ("evening",),
    "night midnight overnight": ("night",),
    "lose loses losing": ("lost", "down"),
    "lost loss losses": ("lost", "down"),
    "draw draws drew drawn tie ties tied": ("drawn",),
    "defeated thrashed outplayed beaten": ("won",),
    "approve approves approved approving allow allows allowed accept accepts accepted agree agrees agreed pass passes"
    " passed permit permits permitted legalise legalises legalised legalize legalizes legalized": ("allowed",),
    "reject rejects rejected rejecting refuse refuses refused deny denies denied ban bans banned block blocks blocked"
    " veto vetoes vetoed forbid forbids forbidden": ("refused",),
    "begin begins began begun start starts started open opens opened reopen reopens reopened resume resumes resumed"
    " launch launches launched": ("begun",),
    "end ends ended stop stops stopped halt halts halted close closes closed cancel cancels cancelled canceled suspend"
    " suspends suspended": ("ended",),
}  # fmt: skip
_German: Final[Mapping[str, tuple[Pole, ...]]] = {
    "steigt steigen stieg stiegen gestiegen steigend wächst wachsen wuchs gewachsen klettert kletterte klettern erhöht"
    " erhöhen höher mehr zulegt zugelegt plus zuwachs anstieg": ("up",),
    "fällt fallen fiel fielen gefallen sinkt sinken sank gesunken sinkend schrumpft schrumpfen geschrumpft senkt senken"
    " gesenkt niedriger weniger minus rückgang nachgegeben": ("down",),
    "heute": ("today",),
    "morgen": ("tomorrow", "morning"),
    "gestern": ("yesterday",),
    "morgens vormittag vormittags früh": ("morning",),
    "mittag mittags nachmittag nachmittags": ("noon",),
    "abend abends": ("evening",),
    "nacht nachts mitternacht": ("night",),
    "gewinnt gewinnen gewann gewannen gewonnen siegt siegen siegte gesiegt sieg besiegt schlägt schlug": ("won",),
    "verliert verlieren verlor verloren": ("lost", "down"),
    "unterliegt unterlag unterlegen niederlage geschlagen": ("lost",),
    "unentschieden remis": ("drawn",),
    "genehmigt genehmigen erlaubt erlauben billigt billigen beschließt beschließen beschlossen stimmt zustimmung"
    " akzeptiert akzeptieren": ("allowed",),
    "lehnt ablehnt abgelehnt ablehnen verbietet verbieten verboten verweigert verweigern blockiert blockieren"
    " stoppt": ("refused",),
    "beginnt beginnen begann begonnen startet starten gestartet öffnet öffnen geöffnet eröffnet": ("begun",),
    "endet enden endete beendet schließt schließen geschlossen eingestellt abgesagt gestoppt": ("ended",),
}  # fmt: skip


def _by_word(lines: Mapping[str, tuple[Pole, ...]]) -> Mapping[str, frozenset[Pole]]:
    return MappingProxyType({word: frozenset(poles) for words, poles in lines.items() for word in words.split()})


_MARKS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            word: mark
            for mark, words in {
                "high": "high highs highest maximum warmest tops",
                "low": "low lows lowest minimum coldest",
                "rise": "rise rises sunrise",
                "set": "set sets sunset",
            }.items()
            for word in words.split()
        },
        "de": {
            word: mark
            for mark, words in {
                "high": "hoch höchste höchstens höchstwert höchsttemperatur maximal wärmsten",
                "low": "tief tiefste mindestens tiefstwert tiefsttemperatur minimal kältesten",
                "rise": "auf aufgang sonnenaufgang",
                "set": "unter untergang sonnenuntergang",
            }.items()
            for word in words.split()
        },
    }
)
"""Of two figures, which is which."""

_POLES: Final = MappingProxyType({"en": _by_word(_English), "de": _by_word(_German)})
_SUFFERED: Final = MappingProxyType(
    {
        "en": re.compile(r"\b(beaten|defeated|thrashed|outplayed|edged)\b(?:\s+[\w-]+){0,3}?\s+by\b"),
        "de": re.compile(r"\b(?:von|vom)\b[^.,]{1,60}\b(besiegt|geschlagen)\b|\b(besiegt|geschlagen)\s+(?:von|vom)\b"),
    }
)
"""Who is beaten by somebody has lost."""

_NOT: Final = MappingProxyType(
    {
        "en": re.compile(
            r"\b(?:not|no|never|nobody|none|nothing|neither|nor|without|cannot|fails? to|failed to)\b|n['’]t\b"
        ),
        "de": re.compile(r"\b(?:nicht|nie|niemals|niemand|nichts|kein(?:e[rnms]?)?|weder|ohne)\b"),
    }
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def turned(sentence: str, given: str, *, language: str) -> bool:
    """Whether ``sentence`` goes in a direction in which ``given`` does not, or one of the two says "not"."""
    said, told = sentence.casefold(), given.casefold()
    if bool(_NOT[language].search(said)) != bool(_NOT[language].search(told)):
        return True
    ways = poles(told, language=language)
    return any(not (way & ways) for way in _ways(said, language))


def marks(text: str, *, language: str) -> list[str]:
    """What says of two figures which is which, in its order."""
    known = _MARKS[language]
    return [known[word] for word in _WORD.findall(text.casefold()) if word in known]


def poles(text: str, *, language: str) -> frozenset[Pole]:
    """All directions of a text."""
    return frozenset().union(*_ways(text.casefold(), language))


def _ways(folded: str, language: str) -> list[frozenset[Pole]]:
    """Of each word that gives a direction, those that it may mean."""
    lost: frozenset[Pole] = frozenset({"lost"})
    suffered = [lost for _ in _SUFFERED[language].finditer(folded)]
    rest = _SUFFERED[language].sub(" ", folded)
    known = _POLES[language]
    return suffered + [known[word] for word in _WORD.findall(rest) if word in known]
