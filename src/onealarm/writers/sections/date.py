"""Weekday, date and time of the ring. The date is the same sentence for everyone on that day."""

from __future__ import annotations

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_date, written_time


def date_and_time(facts: Facts, telling: Telling) -> Section:
    language, phrases = telling.language, telling.phrases.date
    day, moment = facts.ring_at.date(), facts.ring_at.time()
    date = Said(language.calendar_date(day), written_date(day, pattern=phrases.written_date, locale=language.code))
    time = Said(
        language.clock_time(moment, part_of_day=True),
        written_time(moment, pattern=phrases.written_time, locale=language.code),
    )
    return Section(
        "date",
        (
            telling.sentence(phrases.day, "date", {"date": date}),
            telling.sentence(phrases.time, "date", {"time": time}, seed="time"),
        ),
    )
