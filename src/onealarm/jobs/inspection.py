"""What an operator sees of a job, and when he may have it made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onealarm.errors import BadInput
from onealarm.ids import AlarmId, AudioId, JobId, LeaseToken, UserId, WorkerId
from onealarm.jobs.job import JobState


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


def refuse_retry(found: JobDetails) -> None:
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
