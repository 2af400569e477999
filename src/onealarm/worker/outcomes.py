"""What becomes of jobs that are not done, written for many at once: where a provider falls, all slots fail together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from onealarm.ids import JobId
from onealarm.jobs.job import Job
from onealarm.jobs.queue import Burial, JobQueue, Retry
from onealarm.worker.batcher import Batcher

Item = TypeVar("Item")


class Outcomes:
    """Each method returns whether the job's lease held. Raises ``DatabaseUnavailable``: then nothing is known."""

    def __init__(self, queue: JobQueue) -> None:
        async def tell(askers: Sequence[None]) -> list[datetime]:
            return [await queue.now()] * len(askers)

        self._nows: Batcher[None, datetime] = Batcher(tell)
        self._retries: Batcher[Retry, bool] = Batcher(_by_job(queue.retry_all, lambda one: one.job))
        self._burials: Batcher[Burial, bool] = Batcher(_by_job(queue.bury_all, lambda one: one.job))
        self._releases: Batcher[Job, bool] = Batcher(_by_job(queue.release_all, lambda job: job))

    async def now(self) -> datetime:
        """The present instant by the clock that decides; asked once for all who fail at about the same time."""
        return await self._nows.put(None)

    async def retry(self, job: Job, *, run_after: datetime, reason: str) -> bool:
        return await self._retries.put(Retry(job, run_after, reason))

    async def bury(self, job: Job, *, reason: str) -> bool:
        return await self._burials.put(Burial(job, reason))

    async def release(self, job: Job) -> bool:
        return await self._releases.put(job)


def _by_job(
    write: Callable[[Sequence[Item]], Awaitable[set[JobId]]], job_of: Callable[[Item], Job]
) -> Callable[[Sequence[Item]], Awaitable[list[bool]]]:
    async def written(items: Sequence[Item]) -> list[bool]:
        kept = await write(items)
        return [job_of(item).id in kept for item in items]

    return written
