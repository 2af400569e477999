"""Written English as it is read aloud: the rules, in the order in which they apply."""

from __future__ import annotations

from typing import Final

from onealarm.briefing.spoken.characters import plain_characters
from onealarm.briefing.spoken.english import calendar, clock, counts, measures, money, numerals, words
from onealarm.briefing.spoken.markup import without_markup
from onealarm.briefing.spoken.normalising import until_settled
from onealarm.briefing.spoken.rewriting import Rewrite
from onealarm.briefing.spoken.tidying import tidied

normalise: Final[Rewrite] = until_settled(
    (
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
)
