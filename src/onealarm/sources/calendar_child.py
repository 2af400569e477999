"""What a child process does with a calendar. The libraries take 40 ms to load, which no start should wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from onealarm.briefing.facts import Event


@dataclass(frozen=True, slots=True)
class NoCalendar:
    """Why a document gives no entries; never what stands in it. A value, to cross the border between processes."""

    reason: str


def read_calendar(body: bytes, day: date, zone: str | timedelta) -> tuple[Event, ...] | NoCalendar:
    """As ``onealarm.sources.calendar_entries.read_entries``."""
    from onealarm.sources.calendar_entries import read_entries  # noqa: PLC0415 - see above

    return read_entries(body, day, zone)
