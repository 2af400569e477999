"""The queue as an operator sees it: every job with its worker, its audio and its past; made again, or ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import asyncpg

from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, AudioId, JobId, LeaseToken, UserId, WorkerId
from onealarm.jobs.inspection import JobAudio, JobDetails, JobLine, JobWorker, refuse_retry
from onealarm.jobs.job import JobState
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

_SQL = statements("inspection")

CANCELLED_BY_AN_OPERATOR: Final = "cancelled by an operator"

_LIST_THEM: Final = "List the jobs to see their numbers: onealarm queue list"


class PostgresInspection:
    """What an operator asks and does. An ended job never changes again, whatever he asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self,
        *,
        state: JobState | None = None,
        alarm_id: AlarmId | None = None,
        user_id: UserId | None = None,
        due: bool = False,
        limit: int = 100,
    ) -> list[JobLine]:
        """Live jobs, the most urgent first, then ended ones, the last first. ``due``: live, and the ring is near."""
        rows = await self._database.fetch(_SQL["list_jobs"], state, alarm_id, user_id, due, limit)
        return [_line(row) for row in rows]

    async def find(self, job_id: JobId) -> JobDetails:
        """Raises ``NotFound``."""
        async with self._database.connection() as connection:
            return await _find(connection, job_id)

    async def retry(self, job_id: JobId) -> JobId:
        """Make an ended job's occurrence again, in a new job, whose id is returned; or let a waiting one go at once.

        Raises ``BadInput`` where there is nothing to be made again, ``NotFound``.
        """
        async with self._locked(job_id, with_alarm=True) as connection:
            found = await _find(connection, job_id)
            refuse_retry(found)
            if found.job.state is JobState.WAITING:
                await connection.execute(_SQL["clear_run_after"], job_id)
                return job_id
            new: int | None = await connection.fetchval(_SQL["insert_job_again"], job_id)
            if new is None:  # somebody's own SQL has put one in, past the locks
                raise BadInput("job", f"the ring of {job_id} has another job at work already", _LIST_THEM)
            return JobId(new)

    async def cancel(self, job_id: JobId) -> None:
        """End a live job; its worker's late write is refused. Raises ``BadInput`` for an ended one, ``NotFound``."""
        async with self._locked(job_id, with_alarm=False) as connection:
            if await connection.fetchval(_SQL["cancel_job"], job_id, CANCELLED_BY_AN_OPERATOR) is None:
                state = (await _find(connection, job_id)).job.state
                raise BadInput(
                    "job", f"{job_id} is {state}, which is final", "Only a waiting or leased job can be cancelled"
                )

    @asynccontextmanager
    async def _locked(self, job_id: JobId, *, with_alarm: bool) -> AsyncIterator[Connection]:
        """A transaction in which nobody else changes the job, and, if asked for, its alarm."""
        async with self._database.connection() as connection, connection.transaction():
            if with_alarm:
                await connection.execute(_SQL["lock_alarm_of_job"], job_id)
            await connection.execute(_SQL["lock_job"], job_id)
            yield connection


async def _find(connection: Connection, job_id: JobId) -> JobDetails:
    row = await connection.fetchrow(_SQL["find_job"], job_id)
    if row is None:
        raise NotFound("job", f"{job_id} does not exist", _LIST_THEM)
    others = await connection.fetch(_SQL["list_other_jobs"], job_id)
    return JobDetails(
        job=_line(row),
        scheduled_for=row["scheduled_for"],
        worker=_worker(row),
        audio=_audio(row),
        ring_has_passed=row["ring_has_passed"],
        held_back=bool(row["held_back"]),
        alarm_has_the_ring=row["alarm_has_the_ring"],
        live_job=None if row["live_job"] is None else JobId(row["live_job"]),
        other_jobs=tuple(_line(other) for other in others),
    )


def _line(row: asyncpg.Record) -> JobLine:
    return JobLine(
        id=JobId(row["id"]),
        alarm_id=AlarmId(row["alarm_id"]),
        user_id=UserId(row["user_id"]),
        ring_at=row["ring_at"],
        timezone=row["timezone"],
        state=JobState(row["state"]),
        priority=row["priority"],
        attempt=row["attempt"],
        run_after=row["run_after"],
        reason=row["reason"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


def _worker(row: asyncpg.Record) -> JobWorker | None:
    if row["worker_id"] is None:
        return None
    return JobWorker(
        id=WorkerId(row["worker_id"]),
        lease_token=LeaseToken(row["lease_token"]),
        host=row["worker_host"],
        started_at=row["worker_started_at"],
        beat_at=row["worker_beat_at"],
        lives=row["worker_lives"],
    )


def _audio(row: asyncpg.Record) -> JobAudio | None:
    if row["audio_id"] is None:
        return None
    return JobAudio(AudioId(row["audio_id"]), row["audio_status"], row["audio_tier"], row["audio_reason"])
