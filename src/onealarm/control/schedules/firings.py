"""When a lane fires: at every instant at which the clock of its zone shows what its expression says.

So an hour that the clock skips has no firings, and one that it shows twice has them twice: a lane of every two minutes
goes on at that pace through both nights. The next match of an expression is found by croniter, on wall times of one
offset, so that nothing depends on how a library treats a change of the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Final

from croniter import CroniterBadDateError, croniter

from onealarm.alarms.zones import Transition, transitions
from onealarm.control.schedules.lane import Cron, Every, Lane, Window

HORIZON: Final = timedelta(days=8 * 366)
"""A lane that does not fire for so long (29 February comes within it) never does."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT: Final = timedelta(microseconds=1)
_END: Final = datetime(9000, 1, 1, tzinfo=UTC)


def firings(lane: Lane, *, after: datetime) -> Iterator[datetime]:
    """When a lane fires ``after`` an instant, earliest first, as far as ``HORIZON``."""
    end = after + HORIZON
    for begin, until, offset in _stretches(lane.timezone, after):
        if begin >= end:
            return
        yield from _in_stretch(lane, begin, until=min(until, end), offset=offset)


def firings_between(lane: Lane, start: datetime, end: datetime) -> list[datetime]:
    """The firings from ``start`` on and before ``end``."""
    return list(takewhile(lambda one: one < end, firings(lane, after=start - _INSTANT)))


def next_firing(lane: Lane, *, after: datetime) -> datetime | None:
    """The first firing after an instant; None when there is none within ``HORIZON``."""
    return next(firings(lane, after=after), None)


def offset_at(timezone: str, instant: datetime) -> timedelta:
    """How far the clock of a zone is ahead of UTC."""
    for _, _, offset in _stretches(timezone, instant):
        return offset
    raise AssertionError("the last stretch has no end")


def instant_of(timezone: str, wall: datetime) -> datetime:
    """The first instant at which a zone's clock shows ``wall`` (naive) or, where it skips it, has come to it."""
    approximate = wall.replace(tzinfo=UTC)
    for begin, until, offset in _stretches(timezone, approximate - timedelta(days=2)):
        found = approximate - offset
        if found < until:
            return max(found, begin + _INSTANT)
    raise AssertionError("the last stretch has no end")


def _stretches(timezone: str, after: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """From an instant on: where a stretch of one offset begins, where it ends, and the offset."""
    known = _transitions(timezone)
    for one, following in zip(known, (*known[1:], None), strict=True):
        until = _END if following is None else following.starts_at
        assert until is not None, "only the first has no beginning"
        if until > after:
            begin = after if one.starts_at is None else max(after, one.starts_at - _INSTANT)
            yield begin, until, one.offset


@cache
def _transitions(timezone: str) -> tuple[Transition, ...]:
    return tuple(transitions(timezone))


def _in_stretch(lane: Lane, after: datetime, *, until: datetime, offset: timedelta) -> Iterator[datetime]:
    """While the clock keeps its offset: matches inside the window, with a jump over what lies outside."""
    opens: datetime | None = after
    while opens is not None and opens < until:
        after, opens = opens, None
        for instant in _matches(lane.when, after, offset=offset, until=until):
            wall = (instant + offset).replace(tzinfo=None)
            if lane.window is not None and not lane.window.holds(wall.time()):
                opens = _opening(lane.window, wall).replace(tzinfo=UTC) - offset - _INSTANT
                break
            yield instant


def _opening(window: Window, wall: datetime) -> datetime:
    """When a window that is shut opens next."""
    today = datetime.combine(wall.date(), window.start)
    return today if today > wall else today + timedelta(days=1)


def _matches(when: Cron | Every, after: datetime, *, offset: timedelta, until: datetime) -> Iterator[datetime]:
    match when:
        case Every(period):
            found = after + (period - (after - _EPOCH) % period)
            while found < until:
                yield found
                found += period
        case Cron(text):
            wall = (after + offset).replace(tzinfo=None)
            matches = croniter(text, wall, second_at_beginning=True, max_years_between_matches=9)
            while True:
                try:
                    found = matches.get_next(datetime).replace(tzinfo=UTC) - offset
                except CroniterBadDateError:  # none in the coming years
                    return
                if found >= until:
                    return
                yield found
