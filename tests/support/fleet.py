"""A fleet that calls a provider: workers with their leases in PostgreSQL, and a leader, in a time of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final
from uuid import uuid4

from onealarm.control.governor.lanes import LANES, Lanes
from onealarm.control.governor.pools import RENEWAL, PoolId, PoolLimit, Work
from onealarm.ids import WorkerId
from onealarm.jobs.priority import Priority
from onealarm.maintenance.governor import Governor
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.worker.meter import Meter
from tests.support.clock import VirtualClock

MINUTE: Final = timedelta(minutes=1)


@dataclass
class Provider:
    """Writes down what it is sent. ``limit`` is units per minute by pool."""

    sent: dict[PoolId, list[tuple[datetime, float]]] = field(default_factory=dict)

    def take(self, work: Work, *, now: datetime) -> None:
        for pool, units in work.items():
            self.sent.setdefault(pool, []).append((now, units))

    def total(self, pool: PoolId, *, since: datetime, until: datetime) -> float:
        return sum(units for at, units in self.sent.get(pool, []) if since < at <= until)

    def most_in_a_minute(self, pool: PoolId) -> float:
        """The most in any sliding 60 seconds: of those that end with a call, since no other holds more."""
        calls = self.sent.get(pool, [])
        instants = [at for at, _ in calls]
        sums = [0.0, *accumulate(units for _, units in calls)]
        return max(
            (sums[n + 1] - sums[bisect_right(instants, at - MINUTE)] for n, at in enumerate(instants)), default=0.0
        )


class FleetWorker:
    """Has work of its own, ``demand`` calls a minute, that waits until it may be sent."""

    def __init__(
        self,
        fleet: Fleet,
        *,
        demand: float,
        call: Work,
        priority: Priority = 3,
        phase: timedelta = timedelta(),
        lanes: Lanes = LANES,
    ) -> None:
        self.id = WorkerId(uuid4())
        self.demand = demand
        self.priority = priority
        self.backlog = 0.0
        self.renewals = 0
        self.call = call
        self.cut_off = False
        self._fleet = fleet
        self._due = fleet.clock.now() + phase
        self.meter = Meter(
            fleet.leases, worker=self.id, limits=fleet.limits, now=fleet.clock.now, lanes=lanes, least=call
        )
        self.meter.serve(lambda: [({pool: self.backlog * units for pool, units in self.call.items()}, self.priority)])

    async def step(self, passed: timedelta) -> None:
        now = self._fleet.clock.now()
        if now >= self._due and not self.cut_off:
            self._due = now + RENEWAL
            self.renewals += 1
            await self.meter.renew()
        self.backlog = min(self.demand, self.backlog + self.demand * (passed / MINUTE))
        while self.backlog >= 1 and self.meter.take(self.call, priority=self.priority) == timedelta():
            self.backlog -= 1
            self._fleet.provider.take(self.call, now=now)


class Fleet:
    def __init__(self, database: Database, clock: VirtualClock, limits: Sequence[PoolLimit]) -> None:
        self.clock = clock
        self.limits = limits
        self.leases = PostgresGovernor(database)
        self.provider = Provider()
        self.workers: list[FleetWorker] = []
        self.epoch: int | None = 1
        self.leader = Governor(self.leases, epoch=lambda: self.epoch)
        self._leads_at = clock.now()

    async def start(self) -> None:
        await self.leases.declare(self.limits)

    async def step(self, passed: timedelta) -> None:
        """Time passes, the leader grants when it is time, and every worker renews and sends what it may."""
        self.clock.advance(passed)
        if self.clock.now() >= self._leads_at and self.epoch is not None:
            self._leads_at = self.clock.now() + RENEWAL
            await self.leader.run_once()
        for worker in self.workers:
            await worker.step(passed)

    async def run(self, duration: timedelta, *, step: timedelta = timedelta(seconds=0.5)) -> None:
        for _ in range(round(duration / step)):
            await self.step(step)
