"""The worker: claims due jobs into free slots, makes their briefings, and stays alive by its heartbeat.

Stopping is a protocol: claim no more, keep beating, finish what is held within the time given, give back the rest,
leave.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta

from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events, ServiceFailed, WorkerStarted, WorkerStopped
from onealarm.ids import WorkerId
from onealarm.jobs.job import Job
from onealarm.jobs.queue import JobQueue
from onealarm.worker.executor import Executor
from onealarm.worker.heartbeat import Heartbeat


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """``slots`` briefings are made side by side; ``poll`` is the pause when nothing was due."""

    slots: int = 8
    poll: timedelta = timedelta(seconds=1)
    drain: timedelta = timedelta(seconds=30)


class Worker:
    """Runs until it is told to stop."""

    def __init__(
        self,
        id: WorkerId,  # noqa: A002 - what it is
        *,
        queue: JobQueue,
        executor: Executor,
        heartbeat: Heartbeat,
        events: Events,
        settings: WorkerSettings,
    ) -> None:
        self.id = id
        self._queue = queue
        self._executor = executor
        self._heartbeat = heartbeat
        self._events = events
        self._settings = settings
        self._held: dict[asyncio.Task[None], Job] = {}
        self._failure: BaseException | None = None
        self._unsure = False
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to stop: no further claim. Safe to call more than once."""
        self._stopping.set()
        self._changed.set()

    async def run(self) -> None:
        """Work until ``stop``, then drain."""
        self._events.emit(WorkerStarted(self.id, self._settings.slots))
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self._heartbeat.run(self.id))
            try:
                while not self._stopping.is_set():
                    self._changed.clear()
                    await self._claim()
                    await self._pause()
                    self._raise_failure()
                await self._drain()
            finally:
                beating.cancel()
        with contextlib.suppress(DatabaseUnavailable):  # then its silence says the same
            await self._queue.leave(self.id)
        self._events.emit(WorkerStopped(self.id))

    async def claim_once(self) -> int:
        """Claim what is due into the free slots and begin it; returns how many jobs were begun."""
        free = self._settings.slots - len(self._held)
        if free <= 0:
            return 0
        jobs = await self._executor.claim(self.id, limit=free)
        for job in jobs:
            task = asyncio.create_task(self._executor.execute(job), name=f"job-{job.id}")
            self._held[task] = job
            task.add_done_callback(self._finished)
        return len(jobs)

    async def finish(self) -> None:
        """Wait for all that is held."""
        while self._held:
            await asyncio.wait(self._held)
        self._raise_failure()

    async def _claim(self) -> None:
        """What is held goes on without a database. A claim whose answer was lost may have been made all the same."""
        try:
            if self._unsure:
                await self._queue.release_unheld(self.id, held=[job.lease_token for job in self._held.values()])
                self._unsure = False
            await self.claim_once()
        except DatabaseUnavailable as error:
            self._unsure = True
            self._events.emit(ServiceFailed("claim", str(error)))

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._held[task]
        if not task.cancelled():
            self._failure = self._failure or task.exception()
        self._changed.set()

    def _raise_failure(self) -> None:
        """The executor answers every error with an outcome; one that escapes it is a mistake, and ends the worker."""
        if self._failure is not None:
            raise self._failure

    async def _pause(self) -> None:
        """Until something changed, or, where a slot is free, until the next poll."""
        if self._stopping.is_set():
            return
        poll = self._settings.poll.total_seconds() if len(self._held) < self._settings.slots else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), poll)

    async def _drain(self) -> None:
        if self._held:
            await asyncio.wait(self._held, timeout=self._settings.drain.total_seconds())
        rest = dict(self._held)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
