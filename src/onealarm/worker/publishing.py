"""Publication through the batcher: briefings finished at about the same time become audible in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final, Protocol

from onealarm.ids import JobId
from onealarm.jobs.deadline import deadline
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.publish import Publication
from onealarm.worker.batcher import Batcher
from onealarm.worker.database_time import DatabaseTime

SHORT: Final = timedelta(seconds=60)
"""A briefing with less time to its deadline waits for no other."""


class PublishedAudio(Protocol):
    """Audio and jobs, as publication needs them. The implementation is ``onealarm.postgres.audio``."""

    async def start(self, job: Job, *, voice: str) -> bool:
        """Show that the audio is being made. False when the lease is lost."""
        ...

    async def hold(self, job: Job, briefing: Briefing) -> bool:
        """Make the job's user an owner of the personal segments in it. False when the lease is lost.

        Raises ``Retryable`` when a segment has gone since it was found.
        """
        ...

    async def publish_all(self, publications: Sequence[Publication]) -> Collection[JobId]:
        """The audio becomes ``ready`` and the jobs ``done``: of those that come back. Each is whole, or not there."""
        ...


class BatchedPublisher:
    """Implements ``onealarm.pipeline.publish.Publisher``."""

    def __init__(self, audio: PublishedAudio, *, time: DatabaseTime) -> None:
        self._audio = audio
        self._time = time
        self._batcher: Batcher[Publication, bool] = Batcher(self._publish)

    async def start(self, job: Job, *, voice: str) -> bool:
        return await self._audio.start(job, voice=voice)

    async def publish(self, job: Job, briefing: Briefing, *, version: tuple[int, int]) -> bool:
        if not await self._audio.hold(job, briefing):
            return False
        is_urgent = deadline(job.ring_at) - self._time.now() < SHORT
        return await self._batcher.put(Publication(job, briefing, version), urgent=is_urgent)

    async def _publish(self, publications: Sequence[Publication]) -> list[bool]:
        published = await self._audio.publish_all(publications)
        return [publication.job.id in published for publication in publications]
