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

    @cached_property
    def by_hour(self) -> Counter[int]:
        """How often it fires in each hour since ``start``."""
        return Counter((one - self.start) // _HOUR for one in self.firings)

    def capacity_of(self, hour: int) -> int:
        """Briefings of an hour: of its firings, and no more than its slots can make."""
        return min(self.by_hour[hour] * self.per_firing, int(self.lane.concurrency * (_HOUR / self.work)))

    @property
    def capacity(self) -> int:
        """Briefings of the whole day."""
        return sum(map(self.capacity_of, self.by_hour))


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
        minutes = {_minute(one) for lane in self.lanes for one in lane.firings}
        in_hour = Counter((minute - start) // _HOUR for minute in minutes)
        return tuple(
            Hour(
                f"{start + n * _HOUR + offset_at(self.timezone, start + n * _HOUR):%H:%M}",
                sum(lane.by_hour[n] for lane in self.lanes),
                in_hour[n],
                sum(lane.capacity_of(n) for lane in self.lanes),
            )
            for n in range(-(-(end - start) // _HOUR))
        )

    @property
    def capacity(self) -> int:
        """Briefings of the whole day."""
        return sum(lane.capacity for lane in self.lanes)


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
