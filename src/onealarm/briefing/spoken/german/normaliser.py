"""Written German as it is read aloud: the rules, in the order in which they apply."""

from __future__ import annotations

from functools import partial
from typing import Final

from onealarm.briefing.spoken.characters import plain_characters
from onealarm.briefing.spoken.german import calendar, clock, counts, measures, money, numerals, ordinals, words
from onealarm.briefing.spoken.markup import without_markup
from onealarm.briefing.spoken.normalising import until_settled
from onealarm.briefing.spoken.rewriting import Rewrite
from onealarm.briefing.spoken.tidying import tidied

normalise: Final[Rewrite] = until_settled(
    (
        without_markup,
        partial(plain_characters, thousands="."),
        *words.BEFORE_NUMBERS,
        *numerals.RULES,
        *calendar.RULES,
        *clock.RULES,
        *money.RULES,
        *measures.RULES,
        *ordinals.RULES,
        *counts.RULES,
        *words.AFTER_NUMBERS,
        tidied,
    )
)
