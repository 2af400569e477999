"""Publish: where a briefing becomes audible, in one transaction that names the lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing


@dataclass(frozen=True, slots=True)
class Publication:
    """A briefing that is ready, and the versions of the wish that it was made from: the alarm's, the preferences'."""

    job: Job
    briefing: Briefing
    version: tuple[int, int]


class Publisher(Protocol):
    """Writes what clients see of a job's audio. The implementation is ``onealarm.worker.publishing``."""

    async def start(self, job: Job, *, voice: str) -> bool:
        """Show that the audio is being made. False when the lease is lost."""
        ...

    async def publish(self, job: Job, briefing: Briefing, *, version: tuple[int, int]) -> bool:
        """The audio becomes ``ready`` and the job ``done``, together.

        Or neither, and False: when the lease is lost, or the wish has been edited since its ``version`` was read. The
        job's user owns the personal segments in it from then on. Raises ``Retryable`` when one has gone meanwhile.
        """
        ...
