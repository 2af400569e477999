"""A briefing as a value, and the version of the wish that it answers, for tests that are not about its sound."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from onealarm.audio.pause import pause
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection
from onealarm.postgres.database import Database
from onealarm.postgres.wishes import PostgresWishes

_PAUSE, _ = pause(timedelta(seconds=1))


def briefing_saying(said: str, *, voice: str = "alloy") -> Briefing:
    """One that can be published: a pause, which needs no segment, and what was to be said."""
    return Briefing(
        tier="full",
        reason=None,
        engine="scripted-1",
        voice=voice,
        parts=(Part(_PAUSE.key, _PAUSE.frames, _PAUSE.size),),
        sections=(SpokenSection("greeting", 0, 1000, said, said, shared=False),),
        duration=timedelta(seconds=1),
        size=_PAUSE.size,
        etag=hashlib.sha256(said.encode()).hexdigest()[:32],
    )


async def wish_version(database: Database, job: Job) -> tuple[int, int]:
    """The version of what the job's alarm and user ask for now, as its worker reads it."""
    return (await PostgresWishes(database).load(job)).version
