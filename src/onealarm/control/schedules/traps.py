"""Where a lane does not do what is said of it, and where lanes do not fit together. Each trap is a function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Final

from onealarm.alarms.zones import transitions
from onealarm.control.classes import slowest_tick
from onealarm.control.schedules.day import Day, LaneDay
from onealarm.control.schedules.firings import firings_between, offset_at
from onealarm.control.schedules.lane import Cron, Every
from onealarm.control.schedules.promises import promised_hours, promised_interval, urgency
from onealarm.jobs.deadline import LEAD

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_STEP: Final = re.compile(r"\*/(\d+)", re.ASCII)
_SELDOM: Final = 24
"""Firings a day up to which each one counts."""


@dataclass(frozen=True, slots=True)
class Trap:
    """``kind`` is what programs tell traps apart by; ``lanes`` are those it is about."""

    kind: str
    lanes: tuple[str, ...]
    problem: str
    remedy: str


def find_traps(day: Day) -> list[Trap]:
    """All traps of a schedule, those of each lane first."""
    found: list[Trap] = []
    for lane in day.lanes:
        found += [*_pace(lane), *_every_second(lane), *_uneven(lane), *_hours(lane), *_skipped(lane), *_too_long(lane)]
    found += [*_urgent_is_slow(day), *_overlaps(day), *_gaps(day), *_zone(day), *_one_alarm(day)]
    return found


def _pace(of: LaneDay) -> Iterator[Trap]:
    """The interval that is promised, or that its classes need, against the one that it has."""
    promised, interval, lane = promised_interval(of.lane), of.interval, of.lane
    if interval is None or interval == promised:
        return
    if promised is not None:
        problem = f"says every {told(promised)}, and fires every {told(interval)}, {_times(len(of.firings))} a day"
        wanted = promised
    elif interval > slowest_tick(lane.priority):
        wanted = slowest_tick(lane.priority)
        word = "is called urgent" if urgency(lane) == 0 else f"is of priority {lane.priority}"
        problem = f"{word}, which needs a look every {told(wanted)}, and fires every {told(interval)}"
    else:
        return
    yield Trap("interval", (lane.name,), f"{problem}{_reading(lane.when)}", _way_to(wanted, of))


def _reading(when: Cron | Every) -> str:
    """What the first field of a cron line means, which is where most are misread."""
    if isinstance(when, Every):
        return ""
    first, unit = when.text.split()[0], "second" if when.has_seconds else "minute"
    if step := _STEP.fullmatch(first):
        meaning = f"{first} in its first field is every {step[1]} {unit}s"
    else:
        meaning = f"{first} in its first field means the {unit}s {first}"
    return f": {meaning}" + ("" if when.has_seconds else ", and five-field cron has no seconds")


def _way_to(wanted: timedelta, of: LaneDay) -> str:
    """How to write a lane that fires so often."""
    every = f"every {int(wanted.total_seconds())}s"
    if not of.is_for_part_of_the_day or of.lane.window is not None:
        return f"Write {every}"
    if not isinstance(of.lane.when, Cron) or wanted >= _HOUR:
        return f"Write {every} with a window"
    rest = of.lane.when.text.split()[-4:]
    seconds = int(wanted.total_seconds())
    field = f"*/{seconds} *" if seconds < 60 else f"0 */{seconds // 60}"
    return f"Write six fields, seconds first: {field} {' '.join(rest)}"


def _every_second(of: LaneDay) -> Iterator[Trap]:
    when = of.lane.when
    if isinstance(when, Cron) and when.has_seconds and when.text.startswith("* ") and when.text.split()[1] != "*":
        problem = "fires in every second of its minutes: of six fields the first is the seconds"
        yield Trap("every_second", (of.lane.name,), problem, f"Write 0 first: 0{when.text[1:]}")


def _uneven(of: LaneDay) -> Iterator[Trap]:
    """A step begins anew in each hour (or minute), so one that does not divide it limps."""
    if not isinstance(of.lane.when, Cron):
        return
    units = ("second", "minute") if of.lane.when.has_seconds else ("minute",)
    for field, unit in zip(of.lane.when.text.split(), units, strict=False):
        step = _STEP.fullmatch(field)
        if step and 60 % int(step[1]):
            last = 60 - 59 // int(step[1]) * int(step[1])
            problem = f"{field} is not every {step[1]} {unit}s: it begins anew at 0, so that the last pause is {last}"
            yield Trap("uneven", (of.lane.name,), problem, f"Write every {step[1]}{unit[0]}, or a divisor of 60")


def _hours(of: LaneDay) -> Iterator[Trap]:
    """The hours that are promised, against those that the line has: a cron hour lasts to its 59th minute."""
    promised = promised_hours(of.lane)
    if promised is None or not of.hours or of.lane.window is not None:
        return
    first, last = min(of.hours), max(of.hours)
    is_one_run = len(of.hours) == last - first + 1
    if is_one_run and (first, last + 1) != promised:
        problem = (
            f"says {promised[0]:02}:00 to {promised[1] % 24:02}:00, and covers {first:02}:00 to {last:02}:59: "
            f"{first}-{last} in a cron line includes all of hour {last}"
        )
        yield Trap("hours", (of.lane.name,), problem, f"Write {promised[0]}-{promised[1] - 1}, or mend what is said")


def _skipped(of: LaneDay) -> Iterator[Trap]:
    """In the coming year: what the clock skips or shows twice, for a lane of which each firing counts."""
    if not 0 < len(of.firings) <= _SELDOM or isinstance(of.lane.when, Every):
        return
    changes = [one.starts_at for one in transitions(of.lane.timezone) if one.starts_at is not None]
    on_wall = replace(of.lane, timezone="UTC")
    for change in (one for one in changes if of.start <= one < of.start + timedelta(days=366)):
        before, after = (offset_at(of.lane.timezone, one) for one in (change - _MINUTE, change))
        start, end = sorted((change + before, change + after))
        if missed := firings_between(on_wall, start, end):
            verb = "skips" if after > before else "shows twice"
            effect = "does not fire" if after > before else "fires twice"
            problem = f"on {missed[0]:%Y-%m-%d} the clock of {of.lane.timezone} {verb} {missed[0]:%H:%M}: it {effect}"
            yield Trap("clock_change", (of.lane.name,), problem, "Choose an hour that no clock skips, such as 05:00")


def _too_long(of: LaneDay) -> Iterator[Trap]:
    lane, interval = of.lane, of.interval
    if interval is None or "batch" not in lane.given:
        return
    takes = of.work * -(-lane.batch // lane.concurrency)
    if takes > interval:
        problem = (
            f"{lane.batch} briefings, {lane.concurrency} side by side, take {told(takes)} at {told(of.work)} each: "
            f"longer than the {told(interval)} to the next firing, which waits"
        )
        yield Trap("too_long", (lane.name,), problem, "Give more concurrency or a smaller batch, or fire less often")


def _urgent_is_slow(day: Day) -> Iterator[Trap]:
    """The lane that should be the quickest, against the others."""
    known = [(lane, lane.interval, urgency(lane.lane)) for lane in day.lanes]
    for one, interval, rank in known:
        slower = [(lane, other) for lane, other, of in known if of > rank and other and interval and other < interval]
        if rank == 0 and slower:
            others = ", ".join(f"{lane.lane.name} every {told(other)}" for lane, other in slower if other)
            problem = f"is the urgent one, and slower than the others: every {told(interval or _HOUR)}, but {others}"
            yield Trap("urgent_is_slow", (one.lane.name,), problem, f"Write every {int(_URGENT_TICK)}s")


_URGENT_TICK: Final = slowest_tick("high").total_seconds()


def _overlaps(day: Day) -> Iterator[Trap]:
    """Lanes for parts of the day that claim the same, at the same time."""
    timed = [lane for lane in day.lanes if lane.is_for_part_of_the_day]
    for one, other in combinations(timed, 2):
        if one.lane.priority != other.lane.priority or not (both := one.cover & other.cover):
            continue
        together = len(_minutes(one.firings) & _minutes(other.firings))
        problem = f"both have {_ranges(both, day)}, and fire in the same minute {_times(together)} a day"
        names = (one.lane.name, other.lane.name)
        yield Trap("overlap", names, problem, "Take those hours out of one of them")


def _gaps(day: Day) -> Iterator[Trap]:
    """Parts of the day in which nobody fires, or only who claims the most urgent work."""
    names = tuple(lane.lane.name for lane in day.lanes)
    start, end = day.lanes[0].start, day.lanes[0].end
    whole = {start + n * _MINUTE for n in range((end - start) // _MINUTE)}
    anybody = whole.difference(*(lane.cover for lane in day.lanes))
    if anybody:
        yield Trap("gap", names, f"nobody fires at {_ranges(anybody, day)}", "Give a lane those hours")
    due = whole.difference(*(lane.cover for lane in day.lanes if lane.lane.priority != "high")) - anybody
    if due:
        problem = f"only the urgent lane fires at {_ranges(due, day)}: work waits until 25 minutes before the ring"
        yield Trap("gap", names, problem, "Give a lane of priority normal or batch those hours")


def _zone(day: Day) -> Iterator[Trap]:
    """Hours that are meant on somebody's clock, read on the server's."""
    unzoned = [lane for lane in day.lanes if lane.is_for_part_of_the_day and "timezone" not in lane.lane.given]
    if not unzoned:
        return
    said = next((found for lane in unzoned if (found := promised_hours(lane.lane)) and urgency(lane.lane) == 0), (6, 8))
    begins, ends = (datetime(2026, 1, 1, tzinfo=UTC) + hour * _HOUR - LEAD for hour in said)
    problem = (
        f"its hours are read in UTC, as a server's cron reads them: users' mornings are on their own clocks, and the "
        f"work for alarms from {said[0]:02}:00 to {said[1] % 24:02}:00 falls there at {begins:%H:%M} to {ends:%H:%M}"
    )
    names = tuple(lane.lane.name for lane in unzoned)
    yield Trap("zone", names, problem, "Give timezone, and the hours of the work and not of the alarms")


def _one_alarm(day: Day) -> Iterator[Trap]:
    """The capacity of the roadmap's function, which makes one alarm in a call."""
    few = [lane for lane in day.lanes if "batch" not in lane.lane.given or lane.lane.batch == 1]
    if not few:
        return
    busiest = max(sum(lane.by_hour[n] for lane in few) for n in range(len(day.hours)))
    has_default = any("batch" not in lane.lane.given for lane in few)
    taken = f"takes {few[0].lane.batch} jobs, since no batch is given" if has_default else "makes one alarm"
    problem = (
        f"a firing {taken}; where a call makes one alarm, as the roadmap's function does, these are at most {busiest} "
        "alarms an hour, however many calls run side by side"
    )
    yield Trap("one_alarm", tuple(lane.lane.name for lane in few), problem, "Give batch, and concurrency with it")


def told(duration: timedelta) -> str:
    """A length of time for people: ``30 s``, ``2 min``, ``1 h``."""
    seconds = duration.total_seconds()
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{int(seconds // length)} {unit}"
    return f"{seconds:g} s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _minutes(firings: Sequence[datetime]) -> set[datetime]:
    return {one.replace(second=0, microsecond=0) for one in firings}


def _ranges(minutes: Iterable[datetime], day: Day) -> str:
    """Minutes as stretches on the day's clock: ``00:00-05:59``."""
    ordered = sorted(minutes)
    starts = [ordered[0], *(later for earlier, later in pairwise(ordered) if later - earlier > _MINUTE)]
    ends = [*(earlier for earlier, later in pairwise(ordered) if later - earlier > _MINUTE), ordered[-1]]
    on_clock = [[one + offset_at(day.timezone, one) for one in pair] for pair in zip(starts, ends, strict=True)]
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in on_clock)
