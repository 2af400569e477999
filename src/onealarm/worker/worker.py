"""The worker: claims due jobs into free slots, makes their briefings, and stays alive by its heartbeat.

Stopping is a protocol: claim no more, keep beating, finish what is held within the time given, give back the rest,
leave.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events, ResultRefused, ServiceFailed, WorkerStarted, WorkerStopped
from onealarm.ids import WorkerId
from onealarm.jobs.frontier import Hint
from onealarm.jobs.job import Job
from onealarm.jobs.queue import JobQueue
from onealarm.jobs.report import WorkerReport
from onealarm.worker.ahead import Ahead
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.doubt import Doubt
from onealarm.worker.executor import Executor
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.waking import Waking

MOST_SLOTS: Final = 1000
"""Of one worker."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """``slots`` briefings are made side by side; ``drain`` is how long a stopping worker goes on with them."""

    slots: int = 8
    drain: timedelta = timedelta(seconds=30)


class Worker:
    """Runs until it is told to stop."""

    def __init__(
        self,
        id: WorkerId,  # noqa: A002 - what it is
        *,
        queue: JobQueue,
        claims: Claims,
        executor: Executor,
        heartbeat: Heartbeat,
        time: DatabaseTime,
        events: Events,
        settings: WorkerSettings,
    ) -> None:
        self.id = id
        self._queue = queue
        self._claims = claims
        self._executor = executor
        self._heartbeat = heartbeat
        self._time = time
        self._events = events
        self._settings = settings
        self._slots = settings.slots
        self._done, self._failed, self._worked = 0, 0, 0.0
        self._held: dict[asyncio.Task[None], Job] = {}
        self._next: deque[Job] = deque()
        """Claimed ahead of free slots, and not begun."""
        self._ahead = Ahead(settings.slots)
        self._failure: BaseException | None = None
        self.is_running = False
        """And so beats."""
        self._doubt = Doubt()
        self._waking = Waking()
        self._stopping = False

    def stop(self) -> None:
        """Begin to stop: no further claim. Safe to call more than once."""
        self._stopping = True
        self._waking.wake()

    def resize(self, slots: int) -> None:
        """Work so many jobs side by side from now on. Where that is fewer, what is held is finished first."""
        self._slots = self._ahead.slots = slots
        self._waking.wake()

    @property
    def slots(self) -> int:
        """Jobs that may be worked side by side."""
        return self._slots

    def report(self) -> WorkerReport:
        """What the heartbeat tells the fleet."""
        worked = timedelta(seconds=self._worked)
        return WorkerReport(self._slots, len(self._held), self._done, self._failed, worked)

    @property
    def is_idle(self) -> bool:
        """Whether most slots are free: then there is time for what no job waits for yet."""
        return 2 * len(self._held) <= self._slots

    def hear(self, hint: Hint) -> None:
        """There is something to claim."""
        self._claims.hear(hint)
        self._waking.hint()  # also when it is for later: how long there is to wait changes

    def listen(self, *, is_heard: bool) -> None:
        """Whether hints are heard from now on."""
        self._claims.listen(is_heard=is_heard)
        self._waking.hint()

    def _look_everywhere(self) -> None:
        self._claims.look_everywhere()
        self._waking.hint()

    async def run(self) -> None:
        """Work until ``stop``, then drain."""
        self.is_running = True
        self._events.emit(WorkerStarted(self.id, self._slots))
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self._heartbeat.run(self.id, revived=self._look_everywhere, report=self.report))
            try:
                while not self._stopping:
                    self._waking.clear()
                    found = await self._claim()
                    await self._pause(found=found)
                    self._raise_failure()
                await self._drain()
            finally:
                beating.cancel()
        with contextlib.suppress(DatabaseUnavailable):  # then its silence says the same
            await self._queue.leave(self.id)
        self.is_running = False
        self._events.emit(WorkerStopped(self.id))

    async def claim_once(self) -> int:
        """Fill the free slots with what was claimed ahead and what is due; returns how many jobs were begun."""
        begun = await self._begin_next()
        free = self._free
        if free > 0:
            started = monotonic()
            jobs = await self._claims.claim(free)
            self._ahead.claimed(monotonic() - started)
            for job in jobs:
                self._begin(job)
            begun += len(jobs)
        await self._claim_ahead()
        return begun

    async def finish(self) -> None:
        """Wait for all that is held."""
        while self._held:
            await asyncio.wait(self._held)
        self._raise_failure()

    @property
    def _free(self) -> int:
        return self._slots - len(self._held)

    async def _claim(self) -> int:
        """What is held goes on without a database. A claim whose answer was lost may have been made all the same."""
        try:
            if self._doubt.is_time_to_look:
                held = [job.lease_token for job in (*self._held.values(), *self._next)]
                await self._queue.release_unheld(self.id, held=held)
                self._doubt.looked()
            return await self.claim_once()
        except DatabaseUnavailable as error:
            self._doubt.begin()
            self._events.emit(ServiceFailed("claim", str(error)))
            return 0

    async def _begin_next(self) -> int:
        """Only what is still this worker's: the lease of a job that waited may be lost."""
        jobs = [self._next.popleft() for _ in range(min(len(self._next), max(self._free, 0)))]
        if not jobs:
            return 0
        kept = await self._queue.begin(jobs)
        for job in jobs:
            if job.id in kept:
                self._begin(job)
            else:
                self._events.emit(ResultRefused(job.id, job.alarm_id, job.attempt))
        return len(kept)

    async def _claim_ahead(self) -> None:
        """While all slots are full."""
        room = self._ahead.jobs - len(self._next)
        if self._free <= 0 < room and self._claims.may_be_ahead:
            self._next.extend(await self._claims.claim(room, begins=False))

    def _begin(self, job: Job) -> None:
        task = asyncio.create_task(self._work(job), name=f"job-{job.id}")
        self._held[task] = job
        task.add_done_callback(self._finished)

    async def _work(self, job: Job) -> None:
        started = monotonic()
        is_done = await self._executor.execute(job)
        took = monotonic() - started
        self._ahead.worked(took)
        if is_done:
            self._done += 1
            self._worked += took
        else:
            self._failed += 1

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._held[task]
        self._claims.ended(1)
        if not task.cancelled():
            self._failure = self._failure or task.exception()
        self._waking.wake()

    def _raise_failure(self) -> None:
        """The executor answers every error with an outcome; one that escapes it is a mistake, and ends the worker."""
        if self._failure is not None:
            raise self._failure

    async def _pause(self, *, found: int) -> None:
        """Until a slot is free, or, where one is, until there may be something for it."""
        if self._stopping:
            return
        if self._free <= 0:
            await self._waking.wait_for_slot()
            return
        due = None
        if not found:
            with contextlib.suppress(DatabaseUnavailable):
                due = await self._claims.next_due()
        until_due = None if due is None else due - self._time.now()
        await self._waking.wait(found=found, until_due=until_due)

    async def _drain(self) -> None:
        if self._held:
            await asyncio.wait(self._held, timeout=self._settings.drain.total_seconds())
        rest = dict(self._held)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
