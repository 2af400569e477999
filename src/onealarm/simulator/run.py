"""One run: users, capacity and policy through virtual time, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.simulator.policies import Parts, Policy
from onealarm.simulator.queue import STEP, SimulatedQueue
from onealarm.simulator.tiers import FULL, WORK, tier_of
from onealarm.simulator.world import World

TICK: Final = 60
"""Seconds."""

WHOLE: Final = Parts()


@dataclass(frozen=True, slots=True)
class Course:
    """What became of each ring: when its work began (seconds, -1 for never), and at which tier (only where it did).

    ``advance`` is the window at each minute, in seconds.
    """

    begun_at: NDArray[np.int32]
    tier: NDArray[np.int8]
    advance: NDArray[np.int32]


def run(world: World, policy: Policy, *, parts: Parts = WHOLE) -> Course:
    """The whole time of the world."""
    queue = SimulatedQueue(world)
    workers = _Workers(world, queue, parts)
    advance = np.zeros(world.population.minutes, np.int32)
    for now in range(0, 60 * world.population.minutes, STEP):
        queue.turn(now)
        if now % TICK == 0:
            if world.has_controller(now):
                policy.tick(queue, now=now)
            advance[now // 60] = policy.advance(now)
        workers.step(now, advance=policy.advance(now))
    return Course(queue.begun_at, workers.tier, advance)


class _Workers:
    """The fleet: all that it can begin in a step, the earliest ring first."""

    def __init__(self, world: World, queue: SimulatedQueue, parts: Parts) -> None:
        self._world, self._queue, self._parts = world, queue, parts
        self._per_step = world.per_hour * STEP / 3600
        self._credit = 0.0
        self._ring = world.population.ring
        self.tier = np.zeros(self._ring.size, np.int8)

    def step(self, now: int, *, advance: int) -> None:
        if self._world.is_out(now):
            return
        self._credit += self._per_step
        jobs = self._queue.reachable(now, advance=advance)
        begun = self._begin(jobs, now) if jobs.size else 0
        if begun == jobs.size:  # idle time cannot be kept
            self._credit = min(self._credit, max(1.0 - self._per_step, 0.0))

    def _begin(self, jobs: NDArray[np.intp], now: int) -> int:
        """As many as there is capacity for."""
        if not self._parts.order:
            jobs = jobs[np.argsort(self._queue.known_times[jobs], kind="stable")]
        tiers = tier_of(self._ring[jobs] - now) if self._parts.ladder else np.full(jobs.size, FULL)
        needed = np.cumsum(WORK[tiers])
        fits = int(np.searchsorted(needed, self._credit + _ROUNDING, side="right"))
        if fits:
            self._credit -= float(needed[fits - 1])
            self.tier[jobs[:fits]] = tiers[:fits]
            self._queue.begin(jobs[:fits], now=now)
        return fits


_ROUNDING: Final = 1e-9
