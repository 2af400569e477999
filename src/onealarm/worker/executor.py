"""The executor: works one job and decides what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Final

from onealarm.clock import Clock
from onealarm.errors import BadInput, DatabaseUnavailable, LeaseLost, Permanent, Retryable, safe_reason
from onealarm.events import (
    Events,
    JobBuried,
    JobClaimed,
    JobDone,
    JobReleased,
    JobRetried,
    ResultRefused,
    ServiceFailed,
)
from onealarm.jobs.backoff import next_attempt
from onealarm.jobs.deadline import deadline
from onealarm.jobs.job import Job
from onealarm.jobs.queue import JobQueue
from onealarm.pipeline.briefing import Briefing
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.outcomes import Outcomes

Make = Callable[[Job], Awaitable[Briefing]]

_FIRST_PAUSE: Final = timedelta(milliseconds=200)
_LONGEST_PAUSE: Final = timedelta(seconds=5)


class Executor:
    """Done, retried, buried or given back: one of these follows from every claim, unless the process dies."""

    def __init__(
        self, *, queue: JobQueue, make: Make, time: DatabaseTime, clock: Clock, events: Events, random: Random
    ) -> None:
        self._outcomes = Outcomes(queue)
        self._make = make
        self._time = time
        self._clock = clock
        self._events = events
        self._random = random

    async def execute(self, job: Job) -> bool:
        """Work the job to an outcome; returns whether it is done. Cancelled, it is given back unworked."""
        started = monotonic()
        self._events.emit(JobClaimed(job.id, job.alarm_id, job.attempt, delay=job.claimed_at - job.due_at))
        try:
            # Past the ring nobody can hear it: an attempt never lasts longer.
            async with asyncio.timeout((job.ring_at - self._time.now()).total_seconds()):
                briefing = await self._make(job)
        except LeaseLost:
            # Where the lease still holds it was the wish that changed: the job goes back, to be made anew.
            await self._persist(lambda: self._give_back(job))
            self._refused(job)
        except asyncio.CancelledError:
            await asyncio.shield(self._try_to_release(job))
            raise
        except Exception as error:
            failure = error
            await self._persist(lambda: self._fail(job, failure))
        else:
            took = timedelta(seconds=monotonic() - started)
            self._report(job, briefing, took)
            return True
        return False

    async def _persist(self, write: Callable[[], Awaitable[None]]) -> None:
        """Repeat a write until the database is back: while this worker lives, nobody else takes the job from it."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return await write()
            except DatabaseUnavailable as error:
                self._events.emit(ServiceFailed("outcome", str(error)))
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _report(self, job: Job, briefing: Briefing, took: timedelta) -> None:
        slack = deadline(job.ring_at) - self._time.now()
        sections = tuple(section.kind for section in briefing.sections)
        self._events.emit(
            JobDone(
                job.id,
                job.alarm_id,
                job.attempt,
                tier=briefing.tier,
                took=took,
                slack=slack,
                sections=sections,
            )
        )

    async def _give_back(self, job: Job) -> None:
        if await self._outcomes.release(job):
            self._events.emit(JobReleased(job.id, job.alarm_id, job.attempt))

    async def _try_to_release(self, job: Job) -> None:
        """Once, since the worker ends: without a database to tell it to, its silence gives the job back."""
        try:
            await self._give_back(job)
        except DatabaseUnavailable as error:
            self._events.emit(ServiceFailed("release", str(error)))

    async def _fail(self, job: Job, error: Exception) -> None:
        reason = safe_reason(error)
        now = await self._outcomes.now()
        run_after = None
        if not isinstance(error, (Permanent, BadInput)):
            wait = error.wait if isinstance(error, Retryable) else None
            run_after = next_attempt(attempt=job.attempt, ring_at=job.ring_at, now=now, random=self._random, wait=wait)
        if run_after is None:
            kept = await self._outcomes.bury(job, reason=reason)
            event: JobBuried | JobRetried = JobBuried(job.id, job.alarm_id, job.attempt, reason)
        else:
            kept = await self._outcomes.retry(job, run_after=run_after, reason=reason)
            event = JobRetried(job.id, job.alarm_id, job.attempt, reason, pause=run_after - now)
        if kept:
            self._events.emit(event)
        else:
            self._refused(job)

    def _refused(self, job: Job) -> None:
        self._events.emit(ResultRefused(job.id, job.alarm_id, job.attempt))
