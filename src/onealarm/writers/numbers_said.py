"""The numbers that a text says, as runs of spoken words, so that figures and words can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")

_ENGLISH: Final = re.compile(
    r"""(?:zero|nought|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen
    |(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies|ieth)|hundreds?|thousands?|millions?|billions?|trillions?|dozens?
    |half|halves|quarters?|double[ds]?|triple[ds]?|twice|thrice|once|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth
    |tenth|\w+teenth|eleventh|twelfth|hundredth|thousandth|percent|per|cent|dollars?|euros?|pounds?|point|minus|oh|both|dual
    |single|pair|couple|scores?|tens|majority|minority|all|none|no)""",
    re.VERBOSE,
)
_PART: Final = r"""(?:null|eins?|zwei|zwo|drei|vier|fünf|sechs|sech|sieben|sieb|acht|neun|zehn|elf|zwölf|zwanzig|dreißig
    |vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend|und)"""
_GERMAN: Final = re.compile(
    rf"""(?:(?!und$|ein$){_PART}+(?:st|t)?e?[rnms]?|million(?:en)?|milliarden?|billion(?:en)?|dutzende?|halb\w*|hälfte|viertel
    |drittel|doppelt\w*|verdoppel\w*|dreifach\w*|zweimal|dreimal|erste[rnms]?|dritte[rnms]?|prozent|dollar|euro|pfund|komma
    |minus|beide\w*|hunderte|tausende|einzige\w*|mehrheit|minderheit|alle|keine?)""",
    re.VERBOSE,
)
_NUMBER_WORDS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN})

_JOINING: Final = frozenset({"and"})
"""May stand within a number."""


def runs(spoken: str, *, language: str) -> list[tuple[str, ...]]:
    """The numbers of a text in spoken form, in their order, each as the longest run of its words."""
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for word in (*_WORD.findall(spoken.casefold()), ""):
        if word and (_NUMBER_WORDS[language].fullmatch(word) or word.isdecimal()):
            run.append(word)
        elif run and word not in _JOINING:
            found.append(tuple(run))
            run = []
    return found
