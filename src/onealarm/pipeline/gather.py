"""Gather: from a job to the facts of that person and that day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from onealarm.briefing.facts import Facts, Headline, Listener, Sun, Weather
from onealarm.briefing.headlines import deduplicate, pick, screen
from onealarm.briefing.holidays import holidays_on
from onealarm.briefing.learning import Reaction
from onealarm.briefing.sun import merge, sun_for
from onealarm.errors import BadInput, safe_reason
from onealarm.events import Events, HeadlinesDropped, SectionMissing
from onealarm.jobs.job import Job
from onealarm.pipeline.ports import NewsSource

HEADLINES: Final = 5
"""At most this many headlines are spoken."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What alarm and user ask for. ``ring_at`` is wall time in the alarm's zone; ``weather`` is fresh or None.

    ``version`` is that of the alarm and that of the preferences: it tells whether either has been edited since.
    ``reactions`` are there when the listener wants his briefings to learn from them.
    """

    version: tuple[int, int]
    ring_at: datetime
    label: str | None
    listener: Listener
    weather: Weather | None
    reactions: tuple[Reaction, ...] | None = None


class Wishes(Protocol):
    """Reads the wish behind a job. The implementation is ``onealarm.postgres.wishes``."""

    async def load(self, job: Job) -> Wish:
        """Raises ``Permanent`` when the alarm is gone, or no longer has the ring."""
        ...


class Gather:
    """Collects facts. What cannot be had is left out with its reason; nothing here fails a briefing."""

    def __init__(self, *, news: NewsSource, events: Events) -> None:
        self._news = news
        self._events = events

    async def facts(self, wish: Wish) -> Facts:
        """The facts for one occurrence."""
        missing: dict[str, str] = {}
        listener = wish.listener
        return Facts(
            ring_at=wish.ring_at,
            listener=listener,
            label=wish.label,
            weather=wish.weather if listener.include_weather else None,
            sun=self._sun(wish),
            holidays=self._holidays(wish, missing),
            headlines=await self._headlines(listener.feeds, missing),
            missing=missing,
        )

    def _sun(self, wish: Wish) -> Sun | None:
        """Worked out for the user's place; a client's own figures win."""
        place = wish.listener.place
        zone = wish.ring_at.tzinfo
        assert zone is not None, "a wish carries its zone"
        computed = None if place is None else sun_for(place, day=wish.ring_at.date(), zone=zone)
        return merge(computed, weather=wish.weather)

    def _holidays(self, wish: Wish, missing: dict[str, str]) -> tuple[str, ...]:
        listener = wish.listener
        if listener.country is None:
            return ()
        try:
            return holidays_on(
                wish.ring_at.date(),
                country=listener.country,
                subdivision=listener.subdivision,
                language=listener.language,
            )
        except BadInput as error:
            self._leave_out("holiday", str(error), missing)
            return ()

    async def _headlines(self, feeds: Iterable[str], missing: dict[str, str]) -> tuple[Headline, ...]:
        results = await asyncio.gather(*(self._read(feed, missing) for feed in feeds))
        screened = screen([headline for result in results for headline in result])
        for reason, count in screened.dropped.items():
            self._events.emit(HeadlinesDropped(reason, count))
        return pick(deduplicate(screened.kept), HEADLINES)

    async def _read(self, feed: str, missing: dict[str, str]) -> tuple[Headline, ...]:
        try:
            return await self._news.headlines(feed)
        except Exception as error:  # a feed, whatever is wrong with it, costs its headlines and no more
            self._leave_out("news", safe_reason(error), missing)
            return ()

    def _leave_out(self, section: str, reason: str, missing: dict[str, str]) -> None:
        missing[section] = reason
        self._events.emit(SectionMissing(section, reason))
