"""Writes down what is known of the coming two days, learns from what came of it, and says what will come."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np

from onealarm.alarms.next_ring import wall_time_of
from onealarm.control.forecast.actuals import Actual, Said, compare, learn
from onealarm.control.forecast.forecast import CALIBRATED_ON, HISTORY, Forecast, Known, Learned, foresee
from onealarm.control.forecast.grid import (
    BUCKETS,
    LEAD_NAMES,
    LEADS,
    Integers,
    bucket_of,
    quarter_of_week,
    start_of,
)
from onealarm.control.forecast.scores import Score, score
from onealarm.events import Events, ForecastScored
from onealarm.maintenance.leading import Leading

LOOKED: Final = timedelta(minutes=10)
"""A look counts for a lead when it is so little earlier; the last one does."""

LEARN_EVERY: Final = timedelta(hours=1)

KEPT: Final = timedelta(days=35)
"""Forecasts are; what came is kept for ever."""


@dataclass(frozen=True, slots=True)
class Rings:
    """Alarms by zone and bin, and the zones' groups, at an instant."""

    now: datetime
    alarms: Mapping[tuple[str, datetime], int]
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a bucket of a zone group now; ``lead`` is the number of the lead that this is at, None where it
    begins."""

    bucket: datetime
    group: str
    quarter: int
    lead: int | None
    known: int


class Records(Protocol):
    """The implementation is ``onealarm.postgres.forecast``."""

    async def look(self, *, buckets: int) -> Rings:
        """Rings by quarter of an hour: so many, from the next whole one on."""
        ...

    async def note(self, looked: Sequence[Looked]) -> None:
        """Write down what is known, and close the buckets that begin within ten minutes."""
        ...

    async def actuals(self, *, since: datetime, until: datetime) -> Sequence[Actual]: ...

    async def said(self, *, since: datetime, until: datetime) -> Sequence[Said]:
        """The first forecast of each hour."""
        ...

    async def publish(self, forecast: Forecast, learned: Learned, *, epoch: int) -> bool:
        """False where the epoch is over: then nothing was written."""
        ...

    async def save_scores(self, scores: Mapping[str, Score]) -> None: ...

    async def forget(self, *, older_than: timedelta) -> int: ...


class Forecaster:
    """Every five minutes where this process leads. It learns once an hour, and at first."""

    name = "forecaster"
    SELDOM: Final = timedelta(minutes=5)

    def __init__(self, records: Records, *, leading: Leading, events: Events) -> None:
        self._records = records
        self._leading = leading
        self._events = events
        self._learned: Learned | None = None

    @property
    def every(self) -> timedelta:
        """Until it leads it is ready to."""
        return self.SELDOM if self._leading.epoch is not None else timedelta(seconds=10)

    async def run_once(self) -> int:
        """Returns 1 when a forecast was published."""
        epoch = self._leading.epoch
        if epoch is None:
            self._learned = None  # whoever leads meanwhile writes history on
            return 0
        rings = await self._records.look(buckets=BUCKETS + 1)
        if self._learned is None or rings.now >= self._learned.at + LEARN_EVERY:
            self._learned = await self._learn(rings.now)
        known = by_group(rings, also=self._learned.rates)
        await self._records.note(looked_at(known, now=rings.now))
        within = {group: Known(of.quarters[:BUCKETS], of.alarms[:BUCKETS]) for group, of in known.items()}
        forecast = foresee(within, self._learned, now=rings.now)
        return int(bool(known) and await self._records.publish(forecast, self._learned, epoch=epoch))

    async def _learn(self, now: datetime) -> Learned:
        """Also tells how good the forecasts of the last four weeks were, and forgets the old ones."""
        actuals = await self._records.actuals(since=now - HISTORY, until=now)
        said = await self._records.said(since=now - CALIBRATED_ON, until=now)
        # In a thread of its own, as it can take a second where there are many groups, and the leader renews meanwhile.
        found = await asyncio.to_thread(lambda: score(compare(said, actuals)))
        scores = dict(zip(LEAD_NAMES, found, strict=True))
        await self._records.save_scores(scores)
        for lead, one in scores.items():
            if one.wape is not None and one.sup_error is not None:
                self._events.emit(ForecastScored(lead, wape=one.wape, sup_error=one.sup_error))
        await self._records.forget(older_than=KEPT)
        return await asyncio.to_thread(learn, actuals, said, at=now, pause=LEARN_EVERY)


def by_group(rings: Rings, *, also: Mapping[str, object]) -> Mapping[str, Known]:
    """Of each zone group, those of ``also`` too: its alarms by bucket, for two days and one bucket more.

    The local time is that of its zone with the most alarms.
    """
    first = bucket_of(rings.now) + 1
    by_zone: defaultdict[str, int] = defaultdict(int)
    alarms = {group: np.zeros(BUCKETS + 1, np.int64) for group in also}
    for (zone, start), count in rings.alarms.items():
        group = rings.groups[zone]
        by_zone[zone] += count
        alarms.setdefault(group, np.zeros(BUCKETS + 1, np.int64))[bucket_of(start) - first] += count
    return {group: Known(_quarters(_clock(group, rings, by_zone), first), of) for group, of in alarms.items()}


def looked_at(known: Mapping[str, Known], *, now: datetime) -> list[Looked]:
    """The buckets of which something is to be written down now: those at a lead, and those that begin."""
    first = bucket_of(now) + 1
    found: list[Looked] = []
    for n in range(BUCKETS + 1):
        start = start_of(first + n)
        if (is_near := start - now < LOOKED) or (lead := _lead(start - now)) is not None:
            found += [
                Looked(start, group, int(of.quarters[n]), None if is_near else lead, int(of.alarms[n]))
                for group, of in known.items()
            ]
    return found


def _lead(ahead: timedelta) -> int | None:
    """The number of the lead, from 0 on, that so far ahead is at."""
    return next((n for n, lead in enumerate(LEADS) if lead <= ahead < lead + LOOKED), None)


def _clock(group: str, rings: Rings, by_zone: Mapping[str, int]) -> str:
    """The zone whose clock is the group's."""
    zones = (zone for zone, of in rings.groups.items() if of == group)
    return max(zones, key=lambda zone: (by_zone.get(zone, 0), zone), default="UTC")


def _quarters(zone: str, first: int) -> Integers:
    return np.array([quarter_of_week(wall_time_of(start_of(first + n), zone)) for n in range(BUCKETS + 1)], np.int64)
