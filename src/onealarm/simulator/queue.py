"""The jobs of a simulated run as arrays, with the moves of the real queue: come in, be cancelled, be claimed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.simulator.world import LEAD_MINUTES, World
from onealarm.workload.population import NEVER

_UNKNOWN: Final = 0
_WAITING: Final = 1
_BEGUN: Final = 2
_CANCELLED: Final = 3


STEP: Final = 10
"""Seconds. All instants of a run are multiples of it."""


class SimulatedQueue:
    """Rings in their order. What waits is also counted by the minute of the preferred start, for the plan."""

    def __init__(self, world: World) -> None:
        people = world.population
        self._people = people
        self._preferred = world.preferred
        self._state = np.zeros(people.ring.size, np.uint8)
        self._first = np.searchsorted(people.ring, 60 * np.arange(people.minutes + 2))
        self._coming = np.argsort(people.known, kind="stable")
        self._came_by = _counts(people.known[self._coming], minutes=people.minutes)
        self._going = np.flatnonzero(people.gone < NEVER)
        self._going = self._going[np.argsort(people.gone[self._going], kind="stable")]
        self._gone_by = _counts(people.gone[self._going], minutes=people.minutes)
        self._came = self._went = 0
        self.waiting = np.zeros(people.minutes, np.int64)
        """Jobs that wait, by the minute of their preferred start."""
        self.begun_at = np.full(people.ring.size, -1, np.int32)

    def turn(self, now: int) -> None:
        """What users did until now."""
        came = int(self._came_by[now // STEP])
        if came > self._came:
            self._come(self._coming[self._came : came])
            self._came = came
        went = int(self._gone_by[now // STEP])
        if went > self._went:
            self._cancel(self._going[self._went : went])
            self._went = went

    def reachable(self, now: int, *, advance: int) -> NDArray[np.intp]:
        """What a claim may take: it rings in the future, and no later than lead and advance (seconds) from now."""
        first = int(self._first[min(-(-now // 60), self._people.minutes)])
        until = min((now + advance) // 60 + LEAD_MINUTES + 1, self._people.minutes)
        return first + np.flatnonzero(self._state[first : int(self._first[until])] == _WAITING)

    def begin(self, jobs: NDArray[np.intp], *, now: int) -> None:
        self._state[jobs] = _BEGUN
        self.begun_at[jobs] = now
        np.subtract.at(self.waiting, self._minute(jobs), 1)

    def ahead(self, minute: int, *, count: int) -> NDArray[np.int64]:
        """What waits, by preferred minute, for ``count`` minutes from now; what is overdue stands in the first."""
        found = np.zeros(count, np.int64)
        there = self.waiting[minute : minute + count]
        found[: there.size] = there
        found[0] += self.waiting[max(minute - LEAD_MINUTES, 0) : minute].sum()
        return found

    @property
    def known_times(self) -> NDArray[np.int32]:
        return self._people.known

    def _come(self, jobs: NDArray[np.intp]) -> None:
        jobs = jobs[self._state[jobs] == _UNKNOWN]
        self._state[jobs] = _WAITING
        np.add.at(self.waiting, self._minute(jobs), 1)

    def _cancel(self, jobs: NDArray[np.intp]) -> None:
        jobs = jobs[self._state[jobs] <= _WAITING]
        waiting = jobs[self._state[jobs] == _WAITING]
        self._state[jobs] = _CANCELLED
        np.subtract.at(self.waiting, self._minute(waiting), 1)

    def _minute(self, jobs: NDArray[np.intp]) -> NDArray[np.int32]:
        return self._preferred[jobs]


def _counts(instants: NDArray[np.int32], *, minutes: int) -> NDArray[np.intp]:
    """How many of the instants, which are in order, have come by each step."""
    return np.searchsorted(instants, np.arange(0, 60 * minutes, STEP, dtype=np.int32), side="right")
