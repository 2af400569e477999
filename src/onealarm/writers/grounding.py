"""Grounding: whether what a model wrote stands in the items that it names.

A sentence passes when every number in it, and every name, is in the items it cites. Both are compared as they are
spoken, so that "4,000" and "four thousand" are one. A quotation must stand in an item word for word, and the sentence
must go the same way: no "rises" where the item has none, no "not" more or less. Where the order decides what is said,
as in a result, names and numbers keep that of the item.

What is none of these cannot be judged here: a verb of no known direction passes, and a name in small letters.

It is strict on purpose, since a headline that is quoted as it stands is always right. So it refuses some true
sentences, too: a number that was added up, a name that is written otherwise ("Britain" for "UK"), and in German most
nouns that the item does not have, since they are written like names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from onealarm.briefing.headlines import objection
from onealarm.briefing.spoken import Language
from onealarm.writers.directions import CONTEST, marks, poles, turned
from onealarm.writers.numbers_said import runs

T = TypeVar("T")

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
    "a direction of its own",
    "another order",
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


def flaw(sentence: str, cited: Sequence[str], *, language: Language, ordered: bool = False) -> Flaw | None:
    """Why a sentence must not be said of the items with these texts; None when nothing speaks against it.

    ``ordered`` is for items whose names and numbers mean something else in another order, such as a result; that of
    items which tell of somebody who won or lost is always kept.
    """
    text, given, code = " ".join(sentence.split()), ". ".join(cited), language.code
    spoken, told = language.normalise(text[: 2 * LONGEST]), language.normalise(given)
    numbers, known = runs(spoken, language=code), runs(told, language=code)
    keeps_order = ordered or bool(poles(given, language=code) & CONTEST)
    found: tuple[tuple[Flaw, bool], ...] = (
        ("too long", len(text) > LONGEST),
        ("no sentence", len(text) < _SHORTEST or not text.endswith((".", "!", "…"))),
        ("markup", _MARKUP.search(text) is not None),
        ("planted", objection(text) is not None),
        ("unspeakable", not language.pronounceable(spoken)),
        ("a quotation of its own", any(_folded(one) not in _folded(given) for one in _quotations(text))),
        ("a number of its own", not set(numbers) <= set(known)),
        ("a name of its own", not set(_names(text, code)) <= {*_stems(given), *_stems(told)}),
        ("a direction of its own", turned(text, f"{given} {told}", language=code)),
        ("another order", keeps_order and not _in_order(_names(text, code), _stems(given))),
        ("another order", ordered and not _in_order(numbers, known)),
        ("another order", ordered and not _in_order(marks(text, language=code), marks(given, language=code))),
    )
    return next((name for name, has_it in found if has_it), None)


def _in_order(said: Sequence[T], given: Sequence[T]) -> bool:
    """Whether what is said comes in the order in which it is given; what is not given does not count."""
    places = [given.index(one) for one in dict.fromkeys(said) if one in given]
    return places == sorted(places)


def _quotations(text: str) -> list[str]:
    """What stands between quotation marks: somebody is said to have said just that."""
    return [one for found in _QUOTED.findall(text) for one in found if one]


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _names(text: str, code: str) -> list[str]:
    """The stems of words with a capital, but of those which open sentences."""
    words = _WORD.findall(text)
    return [_stem(word) for word in words if any(map(str.isupper, word)) and word.casefold() not in _OPENERS[code]]


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    folded = word.casefold()
    return folded if len(folded) <= 4 else _ENDINGS.sub("", folded)
