"""A person's own calendar, at its secret iCalendar address.

All of it is private: errors name neither host nor address, and of what it holds only the day's entries are kept, in
memory, under a hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from onealarm.briefing.facts import Event
from onealarm.errors import BadInput, Retryable, SourceUnavailable
from onealarm.http.fetcher import Fetched, Fetcher
from onealarm.pipeline.ports import Processes
from onealarm.sources.allowance import Allowance
from onealarm.sources.calendar_child import NoCalendar, read_calendar
from onealarm.sources.polite import Ask, PoliteReader
from onealarm.sources.read_policy import ReadPolicy

NAME: Final = "calendar"
POLICY: Final = ReadPolicy(longest_ttl=timedelta(hours=1), keep_for=timedelta(hours=6))

_ACCEPT: Final = "text/calendar, */*;q=0.1"
_PARSE_WITHIN: Final = timedelta(seconds=5)
_MOST_DAYS: Final = 2_000


class CalendarUrl:
    """Implements ``CalendarSource``."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        processes: Processes,
        now: Callable[[], datetime],
        allowance: Allowance,
        policy: ReadPolicy = POLICY,
        parse_within: timedelta = _PARSE_WITHIN,
    ) -> None:
        self._fetcher = fetcher
        self._processes = processes
        self._parse_within = parse_within
        self._reader = PoliteReader[tuple[Event, ...]](
            fetcher, now=now, policy=policy, most=_MOST_DAYS, allowance=allowance, one_source=False
        )

    async def events(self, url: str, *, day: date, zone: tzinfo) -> tuple[Event, ...]:
        """Entries that touch the day, by their start, in the listener's zone. ``webcal`` is taken for ``https``.

        Raises ``SourceUnavailable``, and ``BadInput`` for an address that can never be fetched.
        """
        address = _web(url)
        named = _zone(zone, day)

        async def parse(fetched: Fetched) -> tuple[Event, ...]:
            return await self._read(fetched.body, day, named)

        try:
            self._fetcher.check(address, field=NAME)
            ask = Ask(topic=_topic(address, day, named), url=address, source=NAME, accept=_ACCEPT)
            return (await self._reader.read(ask, parse)).value
        except BadInput:
            raise BadInput(
                NAME, "its address cannot be fetched", "Give the secret https address that the calendar shows"
            ) from None

    async def _read(self, body: bytes, day: date, zone: str | timedelta) -> tuple[Event, ...]:
        if b"BEGIN:VCALENDAR" not in body[:1_000].upper():
            raise SourceUnavailable(NAME, "sent something else than a calendar")
        try:
            entries = await self._processes.run(read_calendar, body, day, zone, within=self._parse_within)
        except Retryable:
            raise SourceUnavailable(NAME, "could not be parsed in time") from None
        if isinstance(entries, NoCalendar):
            raise SourceUnavailable(NAME, entries.reason)
        return entries


def _web(url: str) -> str:
    return f"https{url[len('webcal') :]}" if url.lower().startswith("webcal://") else url


def _zone(zone: tzinfo, day: date) -> str | timedelta:
    if isinstance(zone, ZoneInfo):
        return zone.key
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
    assert offset is not None, "a zone has an offset"
    return offset


def _topic(address: str, day: date, zone: str | timedelta) -> str:
    return hashlib.sha256(f"{address}\n{day}\n{zone}".encode()).hexdigest()
