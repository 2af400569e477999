"""A fleet that calls a provider: workers with their leases in PostgreSQL, and a leader, in a time of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate, count
from typing import Final
from uuid import uuid4

from onealarm.control.governor.pools import RENEWAL, PoolId, PoolLimit, Work
from onealarm.ids import WorkerId
from onealarm.jobs.priority import Priority
from onealarm.maintenance.governor import Governor
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.worker.meter import Meter
from tests.support.clock import VirtualClock

MINUTE: Final = timedelta(minutes=1)
_LEAST: Final = timedelta(milliseconds=1)


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
    """Has work of its own, ``demand`` calls a minute, and a minute's of it waits until it may be sent."""

    def __init__(
        self,
        fleet: Fleet,
        *,
        demand: float,
        call: Work,
        classes: Sequence[Priority] = (3,),
        phase: timedelta = timedelta(),
    ) -> None:
        self.id = WorkerId(uuid4())
        self.demand = demand
        self.classes = classes
        self.waiting = dict.fromkeys(sorted(set(classes)), 0.0)
        self.call = call
        self.cut_off = False
        self._fleet = fleet
        self._acted_at = fleet.clock.now()
        self._due = fleet.clock.now() + phase
        self.meter = Meter(fleet.leases, worker=self.id, limits=fleet.limits, now=fleet.clock.now, least=call)
        self.meter.serve(self._waits)

    @property
    def backlog(self) -> float:
        return sum(self.waiting.values())

    async def act(self) -> datetime:
        """Renew when it is time, send what may be sent; returns when there is something to do again."""
        now = self._fleet.clock.now()
        if now >= self._due and not self.cut_off:
            self._due = now + RENEWAL
            await self.meter.renew()
        self._grow(now)
        wait = timedelta()
        while wait <= timedelta() and (urgent := self._most_urgent()) is not None:
            wait = self.meter.take(self.call, priority=urgent)
            if wait <= timedelta():
                self.waiting[urgent] -= 1
                self._fleet.provider.take(self.call, now=now)
        if wait <= timedelta():
            rate = {one: self.demand * self.classes.count(one) / len(self.classes) for one in self.waiting}
            wait = min(MINUTE * ((1 - calls) / rate[one]) for one, calls in self.waiting.items())
        return now + max(_LEAST, min(wait, RENEWAL if self.cut_off else self._due - now))

    def _grow(self, now: datetime) -> None:
        more = self.demand * ((now - self._acted_at) / MINUTE) / len(self.classes)
        for one in self.classes:
            self.waiting[one] = min(self.demand / len(self.waiting), self.waiting[one] + more)
        self._acted_at = now

    def _most_urgent(self) -> Priority | None:
        return next((one for one, calls in self.waiting.items() if calls >= 1), None)

    def _waits(self) -> list[tuple[Work, Priority]]:
        return [
            ({pool: int(calls) * units for pool, units in self.call.items()}, one)
            for one, calls in self.waiting.items()
        ]


class Fleet:
    def __init__(self, database: Database, clock: VirtualClock, limits: Sequence[PoolLimit]) -> None:
        self.clock = clock
        self.limits = limits
        self.leases = PostgresGovernor(database)
        self.provider = Provider()
        self.workers: list[FleetWorker] = []
        self.epoch: int | None = 1
        self.leader = Governor(self.leases, epoch=lambda: self.epoch)
        self._numbers = count(1)
        self._acts: list[tuple[datetime, int, FleetWorker | None]] = [(clock.now(), 0, None)]

    async def start(self) -> None:
        await self.leases.declare(self.limits)

    def join(self, worker: FleetWorker) -> None:
        self.workers.append(worker)
        heappush(self._acts, (self.clock.now(), next(self._numbers), worker))

    async def run(self, duration: timedelta) -> None:
        """Time passes from one act to the next: of a worker, or of the leader."""
        until = self.clock.now() + duration
        while self._acts[0][0] <= until:
            at, number, actor = heappop(self._acts)
            self.clock.set(max(at, self.clock.now()))
            if actor is None:
                if self.epoch is not None:
                    await self.leader.run_once()
                heappush(self._acts, (at + RENEWAL, number, None))
            elif actor in self.workers:
                heappush(self._acts, (await actor.act(), number, actor))
        self.clock.set(until)
