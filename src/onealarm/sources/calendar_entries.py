"""The entries of one day in an iCalendar document. Runs in a child process, since repetitions can be without end.

icalendar reads it (RFC 5545), recurring-ical-events unfolds its repetitions, exceptions and changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from onealarm.briefing.facts import Event
from onealarm.sources.calendar_child import NoCalendar
from onealarm.sources.plain import plain_text

MOST_EVENTS: Final = 50
LONGEST_TITLE: Final = 120
"""Characters."""

_RESTLESS: Final = frozenset({"SECONDLY", "MINUTELY"})


def read_entries(body: bytes, day: date, zone: str | timedelta) -> tuple[Event, ...] | NoCalendar:
    """Those that touch the day in a zone (a name, or an offset from UTC), by start, at most ``MOST_EVENTS``.

    Cancelled ones and those without a title are left out. A time without a zone is the listener's own.
    """
    local = ZoneInfo(zone) if isinstance(zone, str) else timezone(zone)
    begin = datetime.combine(day, time(), local)
    end = datetime.combine(day + timedelta(days=1), time(), local)
    try:
        calendar = icalendar.Calendar.from_ical(body)
        calendar.subcomponents = [part for part in calendar.subcomponents if _is_usable(part)]
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            begin - timedelta(days=1),
            end + timedelta(days=1),  # dates and times without zone are told from here
        )
        events = [event for entry in found if (event := _event(entry, local)) is not None]
    except Exception as error:  # the libraries let errors of many kinds through for broken documents
        return NoCalendar(f"cannot be parsed ({type(error).__name__})")
    touching = [event for event in events if _touches(event, begin, end)]
    return tuple(sorted(touching, key=lambda event: (event.starts_at, event.title))[:MOST_EVENTS])


def _is_usable(part: icalendar.Component) -> bool:
    """An entry needs a start. What repeats by the second or minute is no appointment, and fills the memory."""
    if part.name == "VEVENT" and "DTSTART" not in part:
        return False
    rules = part.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    return not any(frequency.upper() in _RESTLESS for rule in rules for frequency in rule.get("FREQ", []))


def _event(entry: icalendar.Event, local: tzinfo) -> Event | None:
    """None for one that is cancelled, has no title, or is broken: the others are told all the same."""
    title = plain_text(str(entry.get("SUMMARY", "")), longest=LONGEST_TITLE)
    if title is None or str(entry.get("STATUS", "")).upper() == "CANCELLED":
        return None
    try:
        start, end = entry.start, entry.end
    except (icalendar.IncompleteComponent, icalendar.InvalidCalendar):
        return None
    begins, ends = _instant(start, local), _instant(end, local)
    return Event(title, starts_at=begins, ends_at=max(begins, ends), all_day=not isinstance(start, datetime))


def _instant(given: date | datetime, local: tzinfo) -> datetime:
    if not isinstance(given, datetime):
        return datetime.combine(given, time(), local)
    return given.replace(tzinfo=local) if given.tzinfo is None else given.astimezone(local)


def _touches(event: Event, begin: datetime, end: datetime) -> bool:
    """In UTC, since times of one zone compare by the clock on the wall. What ends as the day begins does not."""
    starts, ends = event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)
    first, last = begin.astimezone(UTC), end.astimezone(UTC)
    return starts < last and (ends > first or starts >= first)
