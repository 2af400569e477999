"""The queue as an operator sees it: every job with its worker, its audio and its past; made again, or ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import asyncpg

from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, AudioId, JobId, LeaseToken, UserId, WorkerId
from onealarm.jobs.job import JobState
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

_SQL = statements("inspection")

CANCELLED_BY_AN_OPERATOR: Final = "cancelled by an operator"

_LIST_THEM: Final = "List the jobs to see their numbers: onealarm queue list"


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in a list. ``priority`` is of live jobs only, ``timezone`` the alarm's (UTC when it is gone)."""

    id: JobId
    alarm_id: AlarmId
    user_id: UserId
    ring_at: datetime
    timezone: str
    state: JobState
    priority: int | None
    attempt: int
    run_after: datetime | None
    reason: str | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobWorker:
    """Who holds a job. One that has left without a word has neither host nor beat."""

    id: WorkerId
    lease_token: LeaseToken
    host: str | None
    started_at: datetime | None
    beat_at: datetime | None
    lives: bool

    def __str__(self) -> str:
        return f"worker {self.id}" + ("" if self.host is None else f" on {self.host}")


@dataclass(frozen=True, slots=True)
class JobAudio:
    """The audio of a job's occurrence."""

    id: AudioId
    status: str
    tier: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class JobDetails:
    """All about one job. ``live_job`` is the one at work for the occurrence, which may be this one."""

    job: JobLine
    scheduled_for: datetime
    worker: JobWorker | None
    audio: JobAudio | None
    ring_has_passed: bool
    held_back: bool
    alarm_has_the_ring: bool
    live_job: JobId | None
    other_jobs: tuple[JobLine, ...]


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
            _refuse_retry(found)
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
        """A transaction in which nobody else changes the job, and, if asked for, its alarm and user."""
        async with self._database.connection() as connection, connection.transaction():
            if with_alarm:
                await connection.execute(_SQL["lock_user_of_job"], job_id)
                await connection.execute(_SQL["lock_alarm_of_job"], job_id)
            await connection.execute(_SQL["lock_job"], job_id)
            yield connection


def _refuse_retry(found: JobDetails) -> None:
    """Raises ``BadInput`` when the job cannot be made again; the first cause that a person would ask about is told."""
    name = str(found.job.id)
    if found.job.state is JobState.DONE:
        raise BadInput("job", f"{name} is done; its audio is ready", "There is nothing to make again")
    if found.job.state is JobState.LEASED:
        raise BadInput("job", f"{name} is being worked by {found.worker}", "Wait for its outcome, or cancel it first")
    if found.ring_has_passed:
        raise BadInput("job", f"the ring of {name} has passed", "Nothing can be made for it; the next ring has its own")
    if found.job.state is JobState.WAITING:
        if not found.held_back:
            raise BadInput("job", f"{name} is waiting and not held back", "A worker takes it when it is due")
        return
    if found.live_job is not None:
        raise BadInput("job", f"job {found.live_job} is already at work for the ring of {name}", "Look at that one")
    if not found.alarm_has_the_ring:
        raise BadInput(
            "job",
            f"the alarm of {name} no longer has that ring",
            "Its coming ring has a job of its own: onealarm queue list",
        )


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
