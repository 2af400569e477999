"""The queue, as the worker needs it. The implementation is ``onealarm.postgres.queue``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from onealarm.ids import JobId, LeaseToken, WorkerId
from onealarm.jobs.frontier import BEGINNING, EVERYWHERE, Place, Stretch
from onealarm.jobs.job import Job
from onealarm.jobs.report import NOTHING, WorkerReport


@dataclass(frozen=True, slots=True)
class Retry:
    """A job that is tried again, not before ``run_after``; the ``reason`` is safe to show."""

    job: Job
    run_after: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Burial:
    """A job that is given up; the ``reason`` is safe to show."""

    job: Job
    reason: str


class JobQueue(Protocol):
    """Work in order of the ring. A write by a worker that lost the lease changes nothing, and says so."""

    async def claim(
        self,
        worker: WorkerId,
        *,
        limit: int,
        advance: timedelta = timedelta(),
        stretch: Stretch = EVERYWHERE,
        begins: bool = True,
    ) -> list[Job]:
        """Lease up to ``limit`` due jobs in ``stretch``, earliest ring first.

        Due is a ring no further away than lead and ``advance``. A claim whose work ``begins`` counts as an attempt, so
        that an attempt that kills its worker counts too; one that is made ahead counts when it is begun.
        """
        ...

    async def begin(self, jobs: Sequence[Job]) -> set[JobId]:
        """Work begins on jobs that were claimed ahead; returns those whose lease still holds."""
        ...

    async def first_waiting(self, *, advance: timedelta = timedelta()) -> Place | None:
        """Where the first job is that could be claimed now; None when there is none."""
        ...

    async def next_due(self, *, advance: timedelta = timedelta()) -> datetime | None:
        """When the first job comes due that is not due yet; None when none waits."""
        ...

    async def retry_all(self, retries: Sequence[Retry]) -> set[JobId]:
        """Give the jobs back, each to be tried again from its instant; returns those whose lease held."""
        ...

    async def bury_all(self, burials: Sequence[Burial]) -> set[JobId]:
        """Give up for good; the reasons are kept for a person, and the clients are told what to play.

        Returns those whose lease held.
        """
        ...

    async def release_all(self, jobs: Sequence[Job]) -> set[JobId]:
        """Give the jobs back unworked; the attempts do not count. Returns those whose lease held."""
        ...

    async def release_unheld(self, worker: WorkerId, *, held: Collection[LeaseToken]) -> int:
        """Give back what is leased to the worker and not among ``held``, unworked; returns how many."""
        ...

    async def beat(
        self, worker: WorkerId, *, advance: timedelta = timedelta(), report: WorkerReport = NOTHING
    ) -> datetime:
        """Say that the worker lives, and what it does; the first beat registers it. All its leases live as long as it.

        Returns the present instant by the clock that decides. The worker claims no further ahead than by lead and
        ``advance``, and what a minute brings.
        """
        ...

    async def leave(self, worker: WorkerId) -> None:
        """The worker ends; what it still holds goes back at once, and the attempts do not count."""
        ...

    async def rescue(self, by: WorkerId) -> int:
        """Give back the jobs of workers that beat no more; returns how many.

        ``by`` must itself have lived for as long as it takes to count as dead; otherwise nothing is given back.
        """
        ...

    async def expire(self, *, after: datetime = BEGINNING.ring_at) -> int:
        """End the jobs whose ring has come, ``after`` an instant; returns how many."""
        ...

    async def now(self) -> datetime:
        """The present instant by the clock that decides what is due."""
        ...
