"""Ordinals: "24." with the ending that the words around it ask for."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.cldr import weekday_names
from onealarm.briefing.spoken.german.numbers import Ending, ordinal
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

_WEEKDAY: Final = "|".join(weekday_names("de"))
_POSSESSIVE: Final = "mein|dein|sein|ihr|unser|euer|eur|kein|ein"
_WITH_ARTICLE: Final = (
    "ab|an|auf|aus|bei|gegenüber|hinter|in|mit|nach|neben|seit|trotz|unter|von|vor|während|wegen|zu|zwischen|zugunsten"
)
_REACH: Final = 60
"""Characters on either side of a figure that are looked at."""

_EARLIER: Final = r"(?:\d{1,4}\.(?:,| und| oder| bis| sowie|/|-) ?)*"
""" "im 3. und 4. Satz": those before it in the same row."""

_LATER: Final = r"(?: ?(?:,|und|oder|bis|sowie|/|-) ?\d{1,4}\.)"
_ROW: Final = re.compile(rf"^{_LATER}+")
"""Those after it in the same row: all have the ending of the last."""

_AFTER: Final = rf"(?:(?:{_WEEKDAY})(?:,? (?:de[mn]))?,? )?{_EARLIER}$"
_WEAK_N: Final = re.compile(
    rf"(?i:\b(?:am|beim|dem|den|des|im|vom|zum|zur|ab|bis|seit|(?:{_POSSESSIVE})e[mnrs]|(?:dies|jed|jen)e[mns]"
    rf"|(?:{_WITH_ARTICLE}) (?:der|dieser|jeder))) {_AFTER}"
)
_WEAK_E: Final = re.compile(rf"(?i:\b(?:der|die|das|(?:dies|jed|jen)(?:e|er|es)|(?:{_POSSESSIVE})e)) {_AFTER}")
_MIXED: Final = re.compile(rf"(?i:\b(?:{_POSSESSIVE})) {_EARLIER}$")

_FEMININE: Final = (
    "Ausgabe|Auflage|Bundesliga|Division|Etage|Etappe|Folge|Generation|Halbzeit|Hälfte|Klasse|Liga|Minute|Phase|"
    "Runde|Sekunde|Sinfonie|Staffel|Strophe|Stunde|Symphonie|Welle|Woche"
)
_NEUTER: Final = (
    "Album|Buch|Drittel|Gebot|Jahr|Jahrhundert|Jahrtausend|Jubiläum|Kapitel|Kind|Konzil|Mal|Obergeschoss|Programm|"
    "Quartal|Rennen|Semester|Spiel|Tor|Vatikanische|Vatikanisches|Viertel"
)
_MASCULINE: Final = (
    "Advent|Akt|Bezirk|Durchgang|FC|FFC|FSV|Geburtstag|Grad|Hochzeitstag|Jahrestag|Lauf|Monat|Platz|Rang|Satz|"
    "Schritt|Spieltag|Stock|Tag|Teil|Todestag|Versuch|Wahlgang|Weltkrieg"
)
_GENDERS: Final[tuple[tuple[re.Pattern[str], Ending], ...]] = (
    (re.compile(rf"(?:{_FEMININE})n?\b"), "e"),
    (re.compile(rf"(?:{_NEUTER})(?:e?s)?\b"), "es"),
    (re.compile(rf"(?:{_MASCULINE})(?:e?s)?\b"), "er"),
)
_ADJECTIVE: Final = re.compile(r"(?!und\b|oder\b|bis\b|sowie\b)[a-zäöüß]+?(?P<ending>e[rsn]?)\b")
_OF_ENDING: Final[dict[str, Ending]] = {"e": "e", "er": "er", "es": "es", "en": "en"}


def governed(before: str) -> Ending | None:
    """The ending that an article or a preposition at the end of ``before`` gives; None where there is none."""
    near = before[-_REACH:]
    if _WEAK_N.search(near):
        return "en"
    return "e" if _WEAK_E.search(near) else None


def ending_of_date(match: re.Match[str]) -> Ending:
    """The ending of a day of the month, which stands before a month and is masculine."""
    return governed(match.string[: match.start()]) or "er"


def _ordinal(match: re.Match[str]) -> str | None:
    before = match.string[: match.start()]
    after = _ROW.sub("", match.string[match.end() : match.end() + _REACH]).lstrip()
    ending = governed(before) or _by_noun(after)
    if ending is None and _MIXED.search(before[-_REACH:]) and after[:1].isalpha():
        ending = "er"
    return None if ending is None else ordinal(int(match["number"]), ending)


def _by_noun(after: str) -> Ending | None:
    """From the noun that follows, or the adjective before it, as far as they are known."""
    for nouns, ending in _GENDERS:
        if nouns.match(after):
            return ending
    adjective = _ADJECTIVE.match(after)
    return None if adjective is None else _OF_ENDING[adjective["ending"]]


def _at_the_end(match: re.Match[str]) -> str:
    """ "am 24." at the end of a sentence."""
    ending = governed(match.string[: match.start("number")]) or "e"
    return f"{match['before']}{ordinal(int(match['number']), ending)}{full_stop(match)}"


RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"(?<![\d.,:])(?P<number>\d{{1,4}})\.(?= ?[A-Za-zÄÖÜäöüß]|{_LATER})", _ordinal),
    rewrite(r"\b(?P<before>(?:am|vom|zum|der) )(?P<number>[1-3]?\d)\.(?=[\s,;:!?)]|$)", _at_the_end),
)
