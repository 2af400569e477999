"""Public holidays."""

from __future__ import annotations

from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import in_a_row

LONGEST_NAME: Final = 80
MOST: Final = 3


def holiday(facts: Facts, telling: Telling) -> Section | None:
    language, phrases = telling.language, telling.phrases.holiday
    quoted = [telling.words(name, "holiday", "holiday", limit=LONGEST_NAME) for name in facts.holidays]
    named = list(dict.fromkeys(name for name in quoted if name))[:MOST]
    if not named:
        return None
    together = Said(
        in_a_row([name.spoken for name in named], locale=language.code),
        in_a_row([name.written for name in named], locale=language.code),
    )
    variants = phrases.one if len(named) == 1 else phrases.several
    return Section("holiday", (telling.sentence(variants, "holiday", {"holidays": together}),))
