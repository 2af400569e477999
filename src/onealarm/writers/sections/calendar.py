"""The listener's own calendar: what is on that day and not yet over. All of it is personal."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from onealarm.briefing.facts import Event, Facts
from onealarm.briefing.headline_german import addresses_machine_in_german
from onealarm.briefing.headline_machine import addresses_machine
from onealarm.briefing.headline_text import fold, visible
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_time

MOST: Final = 5
LONGEST_TITLE: Final = 80


def calendar(facts: Facts, telling: Telling) -> Section | None:
    """What lasts all day first, then by time; beyond the most that are told it only says that there is more."""
    phrases = telling.phrases.calendar
    told: list[Sentence] = []
    more = False
    for event in sorted(facts.events, key=lambda one: (not one.all_day, one.starts_at, one.title)):
        sentence = _told(event, facts.ring_at, telling)
        if sentence is not None and len(told) < MOST:
            told.append(sentence)
        elif sentence is not None:
            more = True
    if not told:
        return None
    opening = telling.sentence(phrases.opening, "calendar")
    rest = (telling.sentence(phrases.more, "calendar", seed="more"),) if more else ()
    return Section("calendar", (opening, *told, *rest))


def _told(event: Event, ring_at: datetime, telling: Telling) -> Sentence | None:
    title = telling.words(visible(event.title), "calendar", "event", limit=LONGEST_TITLE)
    if title is None or event.ends_at < ring_at or speaks_to_machines(event.title):
        return None
    phrases = telling.phrases.calendar
    starts_at, ends_at = (one.astimezone(ring_at.tzinfo) for one in (event.starts_at, event.ends_at))
    if event.all_day or (starts_at.date() < ring_at.date() < ends_at.date()):
        variants, values = phrases.all_day, {"title": title}
    elif starts_at < ring_at:
        if ends_at.date() > ring_at.date():
            variants, values = phrases.all_day, {"title": title}
        else:
            variants, values = phrases.until, {"title": title, "time": _time(ends_at, telling)}
    else:
        variants, values = phrases.at, {"title": title, "time": _time(starts_at, telling)}
    return telling.sentence(variants, "calendar", values, seed=title.written, personal=True)


def speaks_to_machines(title: str) -> bool:
    """An invitation can come from anybody. It may speak to the listener, but not to what reads it to him."""
    folded = fold(visible(title))
    return addresses_machine(folded) or addresses_machine_in_german(folded)


def _time(moment: datetime, telling: Telling) -> Said:
    language, pattern = telling.language, telling.phrases.date.written_time
    return Said(
        language.clock_time(moment.time()),
        written_time(moment.time(), pattern=pattern, locale=language.code),
    )
