"""The queue in PostgreSQL: each method is one statement of ``sql/queue.sql``."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from onealarm.ids import AlarmId, JobId, LeaseToken, UserId, WorkerId
from onealarm.jobs.job import Job
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("queue")


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

    async def claim(self, worker: WorkerId, *, limit: int, advance: timedelta = timedelta()) -> list[Job]:
        rows = await self._database.fetch(_SQL["claim_jobs"], worker, limit, advance)
        jobs = [
            Job(
                id=JobId(row["id"]),
                alarm_id=AlarmId(row["alarm_id"]),
                user_id=UserId(row["user_id"]),
                ring_at=row["ring_at"],
                due_at=row["due_at"],
                attempt=row["attempt"],
                claimed_at=row["claimed_at"],
                lease_token=LeaseToken(row["lease_token"]),
            )
            for row in rows
        ]
        return sorted(jobs, key=lambda job: (job.ring_at, job.id))

    async def retry(self, job: Job, *, run_after: datetime, reason: str) -> bool:
        return bool(await self._database.fetch(_SQL["retry_job"], job.id, job.lease_token, run_after, reason))

    async def bury(self, job: Job, *, reason: str) -> bool:
        return bool(await self._database.fetch(_SQL["bury_job"], job.id, job.lease_token, reason))

    async def release(self, job: Job) -> bool:
        return bool(await self._database.fetch(_SQL["release_job"], job.id, job.lease_token))

    async def beat(self, worker: WorkerId) -> None:
        await self._database.fetch(_SQL["beat"], worker, socket.gethostname())

    async def leave(self, worker: WorkerId) -> None:
        await self._database.fetch(_SQL["leave"], worker)

    async def rescue(self, by: WorkerId) -> int:
        return len(await self._database.fetch(_SQL["rescue_jobs"], by))

    async def release_unheld(self, worker: WorkerId, *, held: Collection[LeaseToken]) -> int:
        return len(await self._database.fetch(_SQL["release_unheld"], worker, list(held)))

    async def forget(self) -> int:
        """Delete finished jobs older than a week and dead workers older than a day; returns how many jobs."""
        return len(await self._database.fetch(_SQL["forget"]))

    async def expire(self) -> int:
        return len(await self._database.fetch(_SQL["expire_jobs"]))

    async def now(self) -> datetime:
        instant: datetime = await self._database.value(_SQL["tell_time"])
        return instant

    async def counts(self) -> QueueCounts:
        """What ``/metrics`` shows of the queue."""
        row = await self._database.row(_SQL["count_jobs"])
        assert row is not None, "an aggregate has one row"
        return QueueCounts(row["due"], row["leased"], timedelta(seconds=row["oldest_due_seconds"]))
