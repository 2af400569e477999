"""Grounding: whether what a model wrote stands in the items that it names.

A sentence passes when every number in it, and every name, is in the items it cites. Both are compared as they are
spoken, so that "4,000" and "four thousand" are one. A quotation must stand in an item word for word.

What is none of these cannot be judged here: a wrong verb passes, a name in small letters, and two names that changed
places.

It is strict on purpose, since a headline that is quoted as it stands is always right. So it refuses some true
sentences, too: a number that was added up, a name that is written otherwise ("Britain" for "UK"), and in German most
nouns that the item does not have, since they are written like names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from onealarm.briefing.headlines import objection
from onealarm.briefing.spoken import Language
from onealarm.writers.numbers_said import runs

LONGEST: Final = 320
"""Characters of a sentence."""

_SHORTEST: Final = 10

Flaw = Literal[
    "too long",
    "no sentence",
    "markup",
    "planted",
    "unspeakable",
    "a quotation of its own",
    "a number of its own",
    "a name of its own",
]

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OPENERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "en": frozenset(
            """the a an in on at after before as for from with by to of under over amid during despite while
            when where it its they their he she his her there this that these those some many most more
            other another new meanwhile elsewhere also and but or now today yesterday tomorrow police
            officials scientists researchers experts people reports according""".split()  # noqa: SIM905 - words read better than a list of strings
        ),
        "de": frozenset(
            """der die das den dem des ein eine einen einem einer eines in im an am auf aus bei beim mit nach
            seit von vom vor zu zum zur für über unter um bis durch gegen ohne während wegen trotz es sie
            er ihr ihre sein seine dort hier da dies diese dieser dieses und aber oder nun heute gestern
            morgen außerdem auch laut wie als wenn weil dass zudem inzwischen unterdessen""".split()  # noqa: SIM905 - as above
        ),
    }
)
"""Words that a sentence may begin with, or that are written in capitals, without being names."""

_MARKUP: Final = re.compile(r"[<>{}`*_#|\\]|\]\(")
_QUOTED: Final = re.compile(r"“([^”]+)”|„([^“]+)“|\"([^\"]+)\"|«([^»]+)»|‘([^’]{4,})’")

_ENDINGS: Final = re.compile(r"(?:['’]s|s|es|n|en|e|er)$")


def flaw(sentence: str, cited: Sequence[str], *, language: Language) -> Flaw | None:
    """Why a sentence must not be said of the items with these texts; None when nothing speaks against it."""
    text = " ".join(sentence.split())
    spoken = language.normalise(text[: 2 * LONGEST])
    told = language.normalise(". ".join(cited))
    found: tuple[tuple[Flaw, bool], ...] = (
        ("too long", len(text) > LONGEST),
        ("no sentence", len(text) < _SHORTEST or not text.endswith((".", "!", "…"))),
        ("markup", _MARKUP.search(text) is not None),
        ("planted", objection(text) is not None),
        ("unspeakable", not language.pronounceable(spoken)),
        ("a quotation of its own", any(_folded(one) not in _folded(". ".join(cited)) for one in _quotations(text))),
        ("a number of its own", bool(runs(spoken, language=language.code) - runs(told, language=language.code))),
        ("a name of its own", bool(_names(text, language.code) - _stems(" ".join(cited)) - _stems(told))),
    )
    return next((name for name, has_it in found if has_it), None)


def _quotations(text: str) -> list[str]:
    """What stands between quotation marks: somebody is said to have said just that."""
    return [one for found in _QUOTED.findall(text) for one in found if one]


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _names(text: str, code: str) -> set[str]:
    """The stems of words with a capital, of the first word only where it does not open sentences."""
    words = _WORD.findall(text)
    return {_stem(word) for word in words if any(map(str.isupper, word)) and word.casefold() not in _OPENERS[code]}


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text)}


def _stem(word: str) -> str:
    folded = word.casefold()
    return folded if len(folded) <= 4 else _ENDINGS.sub("", folded)
