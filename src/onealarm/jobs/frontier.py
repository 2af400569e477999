"""Where, in the order of rings, jobs that can be claimed may be: what one worker knows.

Behind the place of the last claim nothing waits, unless something was put in or given back there: of that the database
gives hints, which open a window. A hint can be lost, so now and then somebody looks where the first job waits
(``onealarm.worker.finder``), and, seldom, a claim looks everywhere. Without this, claims would walk the graveyard at
the low end of the index for as long as an old snapshot keeps it from being cleared (after jpcamara's cursor for Solid
Queue; ``docs/explanation/the-queue.md`` has the measurement).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

from onealarm.jobs.job import Job


class Place(NamedTuple):
    """A place in the order of claims: earliest ring first, and of one instant the smaller number first."""

    ring_at: datetime
    id: int


BEGINNING: Final = Place(datetime(2000, 1, 1, tzinfo=UTC), 0)
END: Final = Place(datetime(9999, 1, 1, tzinfo=UTC), 0)


class Stretch(NamedTuple):
    """The places behind ``after``, up to and with ``until``."""

    after: Place
    until: Place


EVERYWHERE: Final = Stretch(BEGINNING, END)


@dataclass(frozen=True, slots=True, order=True)
class Hint:
    """Jobs in a stretch can be claimed, from ``at`` on (None: now). ``first`` and ``last`` belong to it."""

    first: Place
    last: Place
    at: datetime | None = None


_MOST_WINDOWS: Final = 16
"""More are made one: to look through what lies between costs less than many claims."""

EVERY: Final = timedelta(minutes=10)
"""How often a claim looks everywhere where hints are heard, and where somebody looks for what they did not tell."""


_SURE: Final = timedelta(milliseconds=5)
"""After a pause is over by the worker's reckoning: so that the database, whose clock it is, finds it over too."""


class Frontier:
    """Give each claim's stretches by ``stretches``, and tell it by ``took`` what a claim found.

    What is heard while a claim is under way may have come after the claim looked, so it is looked for again.
    """

    def __init__(self, *, every: timedelta = EVERY) -> None:
        self._every = every
        self._low = BEGINNING
        self._windows: list[Stretch] = []
        self._later: list[tuple[datetime, Hint]] = []
        self._probed_at: datetime | None = None
        self._under_way: Stretch | None = None

    def stretches(self, now: datetime) -> Iterator[Stretch]:
        """Where to claim, the earliest first, for as long as more is wanted. ``took`` must follow each.

        Where it does not, because no answer came, the next claim looks everywhere.
        """
        if self._under_way is not None:
            self._probed_at = None
        while self._later and self._later[0][0] <= now:
            self._open(heappop(self._later)[1])
        if self._is_time_to_probe(now):
            self._probed_at = now
            self._windows.clear()
            yield self._look(EVERYWHERE)
            return
        while self._windows:
            window = self._windows.pop(0)
            if window.until >= self._low:  # one look goes through it and on
                yield self._look(Stretch(window.after, END))
                return
            yield self._look(window)
        yield self._look(Stretch(self._low, END))

    def took(self, stretch: Stretch, jobs: Sequence[Job], *, limit: int) -> None:
        """A claim of ``limit`` jobs in ``stretch`` found ``jobs``, in their order; fewer are all there were."""
        self._under_way = None
        last = Place(jobs[-1].ring_at, jobs[-1].id) if jobs else stretch.after
        is_whole = len(jobs) < limit
        if stretch.until == END:
            self._low = max(last, self._low) if is_whole else last
        elif not is_whole:
            self._keep(Stretch(last, stretch.until))
        self._windows = [
            window._replace(until=min(window.until, self._low)) for window in self._windows if window.after < self._low
        ]

    def hear(self, hint: Hint) -> None:
        if hint.at is None:
            self._open(hint)
        else:
            heappush(self._later, (hint.at + _SURE, hint))

    def look_everywhere(self, *, every: timedelta) -> None:
        """Hints may have been lost: the next claim looks everywhere, and then one after each such time."""
        self._probed_at = None
        self._every = every

    @property
    def opens_at(self) -> datetime | None:
        """When the next pause that was told of ends."""
        return self._later[0][0] if self._later else None

    def _look(self, stretch: Stretch) -> Stretch:
        self._under_way = stretch
        return stretch

    def _is_time_to_probe(self, now: datetime) -> bool:
        """Also when the clock was set back."""
        return self._probed_at is None or not timedelta() <= now - self._probed_at < self._every

    def _open(self, hint: Hint) -> None:
        """What lies behind the last claim is found anyway; but one that is under way may end further behind."""
        if hint.first <= self._low or self._under_way is not None:
            self._keep(Stretch(hint.first._replace(id=hint.first.id - 1), hint.last))

    def _keep(self, window: Stretch) -> None:
        merged: list[Stretch] = []
        for one in sorted([*self._windows, window]):
            if merged and one.after <= merged[-1].until:
                merged[-1] = Stretch(merged[-1].after, max(one.until, merged[-1].until))
            else:
                merged.append(one)
        if len(merged) > _MOST_WINDOWS:
            merged = [Stretch(merged[0].after, merged[-1].until)]
        self._windows = merged
