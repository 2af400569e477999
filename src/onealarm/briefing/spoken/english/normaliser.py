"""Written English as it is read aloud: the rules, in the order in which they apply."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from onealarm.briefing.spoken.characters import plain_characters
from onealarm.briefing.spoken.english import calendar, clock, counts, measures, money, numerals, words
from onealarm.briefing.spoken.markup import without_markup
from onealarm.briefing.spoken.rewriting import Rewrite
from onealarm.briefing.spoken.tidying import tidied

_RULES: Final[tuple[Rewrite, ...]] = (
    without_markup,
    plain_characters,
    *words.BEFORE_NUMBERS,
    *calendar.RULES,
    *clock.RULES,
    *money.RULES,
    *measures.RULES,
    *counts.RULES,
    *numerals.RULES,
    *words.AFTER_NUMBERS,
    tidied,
)
_MOST_PASSES: Final = 8


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """``text`` in spoken form.

    The rules are applied until nothing changes, since dropping a sign can uncover an abbreviation.
    """
    for _ in range(_MOST_PASSES):
        spoken = _once(text)
        if spoken == text:
            break
        text = spoken
    return text


def _once(text: str) -> str:
    for rule in _RULES:
        text = rule(text)
    return text
