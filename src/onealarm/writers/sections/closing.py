"""A few warm words at the end."""

from __future__ import annotations

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section
from onealarm.writers.sections.greeting import part_of_day
from onealarm.writers.telling import Telling


def closing(facts: Facts, telling: Telling) -> Section:
    variants = telling.phrases.closing[part_of_day(facts.ring_at.time())]
    return Section("closing", (telling.sentence(variants, "closing"),))
