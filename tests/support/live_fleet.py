"""A whole fleet in one process, in a time that leaps: real workers, leader, followers and services on a real database.

Only the making of a briefing is nothing but time: ``FULL`` for a full one, ``SHORT`` for one that the ladder shortened.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import pytest

from onealarm.control.desk import Limits
from onealarm.control.prospects import SAVED
from onealarm.errors import LeaseLost
from onealarm.events import Event, Events
from onealarm.ids import AlarmId, WorkerId
from onealarm.jobs.deadline import GUARD
from onealarm.jobs.job import Job
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.expirer import Expirer
from onealarm.maintenance.leading import LEASE, Leading
from onealarm.maintenance.rescuer import Rescuer
from onealarm.maintenance.service import Service, keep_running
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker import executor as executor_module
from onealarm.worker import worker as worker_module
from onealarm.worker.batcher import Batcher
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.follower import Follower
from onealarm.worker.heartbeat import BEAT, Heartbeat
from onealarm.worker.waking import LONGEST, Waking
from onealarm.worker.worker import Worker, WorkerSettings
from tests.support.briefings import briefing_saying
from tests.support.leaping_loop import LoopClock, leaping

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)

FULL: Final = timedelta(seconds=240)
"""What the roadmap says one alarm takes."""

SHORT: Final = FULL * (1 - SAVED)

USERS: Final = 200


@dataclass(frozen=True, slots=True)
class Made:
    """One briefing that was finished under its lease."""

    job: Job
    at: datetime
    tier: str

    @property
    def is_late(self) -> bool:
        return self.at > self.job.ring_at - GUARD


@dataclass(frozen=True, slots=True)
class Paced:
    """A service as it is, but less often: in a test with nothing but time, most of its looks would find nothing new."""

    service: Service
    every: timedelta

    @property
    def name(self) -> str:
        return self.service.name

    async def run_once(self) -> int:
        return await self.service.run_once()


@dataclass
class SideBySide:
    """How many are worked at once, and the most that were."""

    now: int = 0
    most: int = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            yield
        finally:
            self.now -= 1


@dataclass
class Work:
    """Implements ``onealarm.worker.executor.Make``: time passes, and the job is done."""

    queue: PostgresQueue
    clock: LoopClock
    tier: Callable[[Job], str] = lambda _: "full"
    begun: list[Job] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    count: SideBySide = field(default_factory=SideBySide)

    def __post_init__(self) -> None:
        self._ended = Batcher(self._end)

    async def __call__(self, job: Job) -> Briefing:
        self.begun.append(job)
        tier = self.tier(job)
        with self.count.one():
            await self.clock.sleep(FULL if tier == "full" else SHORT)
        if not await self._ended.put(job):
            raise LeaseLost("taken over")
        self.made.append(Made(job, self.clock.now(), tier))
        return briefing_saying("good morning")

    async def _end(self, jobs: Sequence[Job]) -> list[bool]:
        kept = await self.queue.finish(jobs)
        return [job.id in kept for job in jobs]

    @property
    def times_made(self) -> Counter[AlarmId]:
        return Counter(one.job.alarm_id for one in self.made)


@dataclass(frozen=True, slots=True)
class Hand:
    """One process: a worker, and what it keeps running beside it."""

    worker: Worker
    follower: Follower
    services: Sequence[Service]


class LiveFleet:
    """``workers`` with ``slots`` in all. ``longest``: the pause of a worker that has nothing to do.

    What is due by a plan that is known wakes it, however long that is.
    """

    def __init__(
        self,
        database: Database,
        clock: LoopClock,
        *,
        slots: int,
        workers: int = 2,
        limits: Limits | None = None,
        longest: timedelta = LONGEST,
        follow_every: timedelta = Follower.every,
    ) -> None:
        self.clock, self.database = clock, database
        self.seen: list[Event] = []
        self.events = Events([self.seen.append])
        self.queue = PostgresQueue(database)
        self.control = PostgresControl(database)
        self.work = Work(self.queue, clock)
        holder = WorkerId(uuid4())
        self.leading = Leading(PostgresLeadership(database), holder=holder, steady=leaping().time)
        self.controller = Controller(self.control, leading=self.leading, limits=limits or Limits(), events=self.events)
        self.services: list[Service] = [
            Paced(self.leading, LEASE - SECOND),
            self.controller,
            Paced(Expirer(self.queue), MINUTE),
        ]
        self._group: asyncio.TaskGroup | None = None
        self.runs: dict[WorkerId, asyncio.Task[None]] = {}
        self._longest, self._follow_every = longest, follow_every
        self.hands = [self.hand(slots // workers + (number < slots % workers)) for number in range(workers)]

    def hand(self, slots: int, *, drain: timedelta = timedelta(seconds=30)) -> Hand:
        """A process with a worker, ready to begin."""
        worker_id, time = WorkerId(uuid4()), DatabaseTime(steady=leaping().time)
        queue, clock, events = self.queue, self.clock, self.events
        follower = Follower(self.control, time=time, events=events)
        work = replace(
            self.work, tier=lambda job: follower.tier(job.user_id, on=job.ring_at.date(), ring_at=job.ring_at)
        )
        worker = Worker(
            worker_id,
            queue=queue,
            claims=Claims(queue, worker=worker_id, time=time, advance=follower.advance),
            executor=Executor(queue=queue, make=work, time=time, clock=clock, events=events, random=Random(1)),
            heartbeat=Heartbeat(queue, time=time, clock=clock, events=events, every=2 * BEAT, advance=follower.advance),
            time=time,
            events=events,
            settings=WorkerSettings(slots=slots, drain=drain),
        )
        worker._waking = Waking(longest=self._longest)
        services = Paced(follower, self._follow_every), Paced(Rescuer(queue, by=worker_id), MINUTE)
        return Hand(worker, follower, services)

    def begin(self, hand: Hand) -> None:
        """Its run ends when it has finished what it held, after its worker was stopped."""
        assert self._group is not None, "while it is at work"
        self.runs[hand.worker.id] = self._group.create_task(self._run(hand))

    async def _run(self, hand: Hand) -> None:
        services = [self._keep_running(service) for service in hand.services]
        await hand.worker.run()
        for service in services:
            service.cancel()

    def _keep_running(self, service: Service) -> asyncio.Task[None]:
        assert self._group is not None, "while it is at work"
        return self._group.create_task(keep_running(service, clock=self.clock, events=self.events))

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While the block lasts; then what is held is finished."""
        with pytest.MonkeyPatch.context() as patch:
            for module in (worker_module, executor_module):  # what a job took is told to the leader
                patch.setattr(module, "monotonic", leaping().time)
            async with asyncio.TaskGroup() as self._group:
                for hand in self.hands:
                    self.begin(hand)
                await self.clock.sleep(SECOND)  # a leader that sees nobody at work begins with an emergency
                services = [self._keep_running(service) for service in self.services]
                yield
                for hand in self.hands:
                    hand.worker.stop()
                for service in services:
                    service.cancel()


async def alarms_at(database: Database, rings: Sequence[datetime]) -> None:
    """One-off alarms of many users, the same in every run: who gets a short briefing is drawn by his id."""
    await database.fetch(
        "with numbered as (select md5(n::text)::uuid as id, n from generate_series(1, $1) as n),"
        " people as (insert into users (id) select id from numbered on conflict do nothing)"
        " insert into alarms (user_id, alarm_time_local, alarm_date, timezone)"
        " select p.id, (r.at at time zone 'UTC')::time, (r.at at time zone 'UTC')::date, 'UTC'"
        " from unnest($2::timestamptz[]) with ordinality as r (at, n) join numbered p on p.n = 1 + r.n % $1",
        min(USERS, len(rings)),
        list(rings),
    )
