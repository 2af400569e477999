"""The product's own worker with work that is nothing: what is left is the queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from random import SystemRandom
from typing import Final
from uuid import uuid4

from onealarm.clock import SystemClock
from onealarm.errors import LeaseLost
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.batcher import Batcher
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.worker import Worker, WorkerSettings

_NOTHING: Final = Briefing(
    tier="full",
    reason=None,
    engine="none",
    voice="none",
    parts=(),
    sections=(),
    duration=timedelta(),
    size=0,
    etag="",
)

End = Callable[[Sequence[Job]], Awaitable[Sequence[bool]]]
"""Ends some jobs; for each, whether its lease held."""


def no_op_worker(
    queue: PostgresQueue, *, end: End, events: Events, slots: int, begun: Callable[[Job], None] = lambda _: None
) -> Worker:
    """Its jobs end by ``end``, through the batcher; ``begun`` is told each when it begins."""
    clock, time, worker_id = SystemClock(), DatabaseTime(), WorkerId(uuid4())
    batcher = Batcher(end)

    async def make(job: Job) -> Briefing:
        begun(job)
        if not await batcher.put(job):
            raise LeaseLost("somebody else has the job")
        return _NOTHING

    return Worker(
        worker_id,
        queue=queue,
        claims=Claims(queue, worker=worker_id, time=time),
        executor=Executor(queue=queue, make=make, time=time, clock=clock, events=events, random=SystemRandom()),
        heartbeat=Heartbeat(queue, time=time, clock=clock, events=events),
        time=time,
        events=events,
        settings=WorkerSettings(slots=slots),
    )
