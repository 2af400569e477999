"""A day of a schedule: who fires when, and how many briefings can be made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise

from onealarm.control.schedules.firings import firings_between, instant_of, offset_at
from onealarm.control.schedules.lane import Cron, Lane, Schedule, working_time

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class LaneDay:
    """A lane's firings between ``start`` and ``end``; ``work`` is what one briefing takes."""

    lane: Lane
    start: datetime
    end: datetime
    work: timedelta

    @cached_property
    def firings(self) -> Sequence[datetime]:
        return firings_between(self.lane, self.start, self.end)

    @cached_property
    def interval(self) -> timedelta | None:
        """What passes between two firings, as a rule; None with less than two."""
        gaps = Counter(later - earlier for earlier, later in pairwise(self.firings))
        return max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else None

    @cached_property
    def hours(self) -> frozenset[int]:
        """The hours of the lane's clock in which it fires."""
        offsets = {one: offset_at(self.lane.timezone, one) for one in set(map(_quarter, self.firings))}
        return frozenset((one + offsets[_quarter(one)]).hour for one in self.firings)

    @property
    def has_hours(self) -> bool:
        """Whether its expression names hours of the day."""
        when = self.lane.when
        return isinstance(when, Cron) and not when.text.split()[-4].startswith("*")

    @property
    def is_for_part_of_the_day(self) -> bool:
        return self.lane.window is not None or self.has_hours

    @cached_property
    def cover(self) -> frozenset[datetime]:
        """The minutes for which the lane is there: those of its hours, inside its window; none on a day without it."""
        if not self.firings:
            return frozenset()
        minutes: list[datetime] = []
        minute, window, offset = self.start, self.lane.window, timedelta()
        while minute < self.end:
            if minute == _quarter(minute):
                offset = offset_at(self.lane.timezone, minute)
            wall = minute + offset
            if (not self.has_hours or wall.hour in self.hours) and (window is None or window.holds(wall.time())):
                minutes.append(minute)
            minute += _MINUTE
        return frozenset(minutes)

    @property
    def per_firing(self) -> int:
        """Briefings that one firing can make: its batch, or what its slots finish within the time budget."""
        rounds = max(1, working_time(self.lane.budget) // self.work)
        return min(self.lane.batch, self.lane.concurrency * rounds)

    def capacity(self, firings: int, length: timedelta = _HOUR) -> int:
        """Briefings of so many firings in a time: no more than its slots can make in it."""
        return min(firings * self.per_firing, int(self.lane.concurrency * (length / self.work)))

    @property
    def capacity_of_day(self) -> int:
        """Briefings of the whole day."""
        return self.capacity(len(self.firings), self.end - self.start)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day: ``start`` on the clock of the day's zone."""

    start: str
    firings: int
    distinct_minutes: int
    capacity: int


@dataclass(frozen=True)
class Day:
    """All lanes on one date of ``timezone``: that of the lanes when they share one, else UTC."""

    date: date
    timezone: str
    lanes: tuple[LaneDay, ...]

    @cached_property
    def firings(self) -> int:
        return sum(len(lane.firings) for lane in self.lanes)

    @cached_property
    def distinct_minutes(self) -> int:
        """Minutes of the day in which anything fires."""
        return len({_minute(one) for lane in self.lanes for one in lane.firings})

    @cached_property
    def hours(self) -> tuple[Hour, ...]:
        start, end = self.lanes[0].start, self.lanes[0].end
        return tuple(self._hour(start + n * _HOUR) for n in range(-(-(end - start) // _HOUR)))

    @property
    def capacity(self) -> int:
        """Briefings of the whole day."""
        return sum(lane.capacity_of_day for lane in self.lanes)

    def _hour(self, start: datetime) -> Hour:
        of_lane = [[one for one in lane.firings if start <= one < start + _HOUR] for lane in self.lanes]
        return Hour(
            f"{start + offset_at(self.timezone, start):%H:%M}",
            sum(map(len, of_lane)),
            len({_minute(one) for found in of_lane for one in found}),
            sum(lane.capacity(len(found)) for lane, found in zip(self.lanes, of_lane, strict=True)),
        )


def day_of(schedule: Schedule, on: date, *, work: timedelta) -> Day:
    """The schedule on a date, where a briefing takes ``work``."""
    zones = {lane.timezone for lane in schedule.lanes}
    timezone = zones.pop() if len(zones) == 1 else "UTC"
    start, end = (instant_of(timezone, datetime.combine(one, time())) for one in (on, on + timedelta(days=1)))
    return Day(on, timezone, tuple(LaneDay(lane, start, end, work) for lane in schedule.lanes))


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _quarter(instant: datetime) -> datetime:
    """No zone changes its clock within a quarter of an hour."""
    return instant.replace(minute=instant.minute // 15 * 15, second=0, microsecond=0)
