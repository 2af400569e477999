"""The queue in PostgreSQL: each method is one statement of ``sql/queue.sql``."""

from __future__ import annotations

import socket
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import starmap
from operator import attrgetter
from typing import Final

from onealarm.ids import JobId, LeaseToken, WorkerId
from onealarm.jobs.frontier import BEGINNING, EVERYWHERE, Place, Stretch
from onealarm.jobs.job import Job
from onealarm.jobs.queue import Burial, Retry
from onealarm.jobs.report import NOTHING, WorkerReport
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("queue")

_PLACE: Final = attrgetter("ring_at", "id")

_MOST_EXPIRED: Final = 10_000
"""Jobs in one statement."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Jobs that are due and waiting, jobs that are held, and how long the oldest due one has waited."""

    due: int
    leased: int
    oldest_due: timedelta


class PostgresQueue:
    """Implements ``onealarm.jobs.queue.JobQueue``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self,
        worker: WorkerId,
        *,
        limit: int,
        advance: timedelta = timedelta(),
        stretch: Stretch = EVERYWHERE,
        begins: bool = True,
    ) -> list[Job]:
        rows = await self._database.fetch(
            _SQL["claim_jobs"], worker, limit, advance, *stretch.after, *stretch.until, begins
        )
        return sorted(starmap(Job, rows), key=_PLACE)

    async def begin(self, jobs: Sequence[Job]) -> set[JobId]:
        rows = await self._database.fetch(_SQL["begin_jobs"], *_leases(jobs))
        return {row["id"] for row in rows}

    async def finish(self, jobs: Sequence[Job]) -> set[JobId]:
        """Done, without anything to publish; returns those whose lease held."""
        return set(await self._database.value(_SQL["finish_jobs"], *_leases(jobs)) or ())

    async def retry(self, job: Job, *, run_after: datetime, reason: str) -> bool:
        """One of them alone."""
        return job.id in await self.retry_all([Retry(job, run_after, reason)])

    async def bury(self, job: Job, *, reason: str) -> bool:
        """One of them alone."""
        return job.id in await self.bury_all([Burial(job, reason)])

    async def release(self, job: Job) -> bool:
        """One of them alone."""
        return job.id in await self.release_all([job])

    async def retry_all(self, retries: Sequence[Retry]) -> set[JobId]:
        rows = await self._database.fetch(
            _SQL["retry_jobs"],
            *_leases([one.job for one in retries]),
            [one.run_after for one in retries],
            [one.reason for one in retries],
        )
        return {row["id"] for row in rows}

    async def bury_all(self, burials: Sequence[Burial]) -> set[JobId]:
        rows = await self._database.fetch(
            _SQL["bury_jobs"], *_leases([one.job for one in burials]), [one.reason for one in burials]
        )
        return {row["id"] for row in rows}

    async def release_all(self, jobs: Sequence[Job]) -> set[JobId]:
        rows = await self._database.fetch(_SQL["release_jobs"], *_leases(jobs))
        return {row["id"] for row in rows}

    async def beat(
        self, worker: WorkerId, *, advance: timedelta = timedelta(), report: WorkerReport = NOTHING
    ) -> datetime:
        instant: datetime = await self._database.value(
            _SQL["beat"],
            worker,
            socket.gethostname(),
            advance,
            *(report.slots, report.held, report.done, report.failed, report.worked),
            *(report.briefings, report.segments, report.spoken, report.speaking),
            [asdict(one) for one in report.models],
        )
        return instant

    async def leave(self, worker: WorkerId) -> None:
        await self._database.fetch(_SQL["leave"], worker)

    async def rescue(self, by: WorkerId) -> int:
        return len(await self._database.fetch(_SQL["rescue_jobs"], by))

    async def release_unheld(self, worker: WorkerId, *, held: Collection[LeaseToken]) -> int:
        return len(await self._database.fetch(_SQL["release_unheld"], worker, list(held)))

    async def forget(self) -> int:
        """Forget what ended more than a week ago, a day's jobs at a time, and workers dead for a day.

        Returns how many days were dropped; makes the tables of the days to come.
        """
        await self._database.fetch(_SQL["prepare_days"])
        await self._database.fetch(_SQL["forget"])
        dropped = 0
        while await self._database.value(_SQL["drop_day"]) is not None:
            dropped += 1
        return dropped

    async def expire(self, *, after: datetime = BEGINNING.ring_at) -> int:
        ended = 0
        while True:
            rows = await self._database.fetch(_SQL["expire_jobs"], _MOST_EXPIRED, after)
            ended += len(rows)
            if len(rows) < _MOST_EXPIRED:
                return ended

    async def first_waiting(self, *, advance: timedelta = timedelta()) -> Place | None:
        row = await self._database.row(_SQL["find_first"], advance)
        return None if row is None else Place(*row)

    async def next_due(self, *, advance: timedelta = timedelta()) -> datetime | None:
        due: datetime | None = await self._database.value(_SQL["tell_next"], advance)
        return due

    async def now(self) -> datetime:
        instant: datetime = await self._database.value(_SQL["tell_time"])
        return instant

    async def count_due(self, *, advance: timedelta = timedelta()) -> int:
        """How many jobs wait that may be claimed now, ``advance`` earlier than usual."""
        count: int = await self._database.value(_SQL["count_due"], advance)
        return count

    async def counts(self) -> QueueCounts:
        """What ``/metrics`` shows of the queue."""
        row = await self._database.row(_SQL["count_jobs"])
        assert row is not None, "an aggregate has one row"
        return QueueCounts(row["due"], row["leased"], timedelta(seconds=row["oldest_due_seconds"]))


def _leases(jobs: Sequence[Job]) -> tuple[list[int], list[int]]:
    return [job.id for job in jobs], [job.lease_token for job in jobs]
