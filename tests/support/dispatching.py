"""A dispatcher on a real database, with work that a test scripts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from uuid import uuid4

from onealarm.clock import Clock
from onealarm.control.schedules.lane import BATCH
from onealarm.errors import LeaseLost, Retryable
from onealarm.events import Event, Events
from onealarm.ids import AlarmId, WorkerId
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.dispatcher import Dispatcher
from onealarm.worker.lane_batch import LaneBatch
from tests.support.briefings import briefing_saying


class ScriptedWork:
    """Implements ``onealarm.worker.executor.Make``: finishes the job at once, or waits or fails as it is told to."""

    def __init__(self, queue: PostgresQueue) -> None:
        self._queue = queue
        self.made: Counter[AlarmId] = Counter()
        self.order: list[AlarmId] = []
        """As they were begun."""
        self.fails: set[AlarmId] = set()
        self.held: dict[AlarmId, asyncio.Event] = {}
        """Not finished before the event is set."""
        self.side_by_side = 0
        self.most = 0
        self.begun = asyncio.Condition()
        self.before: Callable[[Job], Awaitable[None]] | None = None

    async def __call__(self, job: Job) -> Briefing:
        self.side_by_side += 1
        self.most = max(self.most, self.side_by_side)
        try:
            async with self.begun:
                self.order.append(job.alarm_id)
                self.begun.notify_all()
            if self.before is not None:
                await self.before(job)
            if job.alarm_id in self.held:
                await self.held[job.alarm_id].wait()
            if job.alarm_id in self.fails:
                raise Retryable("told to fail")
            if not await self._queue.finish([job]):
                raise LeaseLost("taken over")
            self.made[job.alarm_id] += 1
            return briefing_saying("good morning")
        finally:
            self.side_by_side -= 1

    async def until_begun(self, count: int) -> None:
        async with asyncio.timeout(20), self.begun:
            await self.begun.wait_for(lambda: len(self.order) >= count)


class Dispatching:
    """One process that dispatches."""

    def __init__(self, database: Database, clock: Clock, *, advance: timedelta = timedelta()) -> None:
        self.queue = PostgresQueue(database)
        self.work = ScriptedWork(self.queue)
        self.seen: list[Event] = []
        self.process = WorkerId(uuid4())
        self.ordered: int | None = BATCH
        """What a leader orders a firing to take that does not say."""
        self.batch = LaneBatch(ordered=lambda: self.ordered, look=PostgresControl(database).look, clock=clock)
        self.dispatcher = Dispatcher(
            batch=self.batch,
            queue=self.queue,
            waiting=self.queue,
            make=self.work,
            process=self.process,
            time=DatabaseTime(),
            clock=clock,
            events=Events([self.seen.append, self.batch]),
            random=Random(1),
            advance=lambda: advance,
        )
