"""A briefing as a value, and the version of the wish that it answers, for tests that are not about its sound."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from onealarm.ids import SegmentKey
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection
from onealarm.postgres.database import Database
from onealarm.postgres.wishes import PostgresWishes


def briefing_saying(text: str, *, voice: str = "alloy") -> Briefing:
    """One that can be published; its one segment is named after what it says, and was never spoken."""
    key = SegmentKey(hashlib.sha256(text.encode()).hexdigest())
    return Briefing(
        tier="full",
        reason=None,
        engine="scripted-1",
        voice=voice,
        parts=(Part(key, 24, 300),),
        sections=(SpokenSection("greeting", 0, 1024, text, text, shared=False),),
        duration=timedelta(milliseconds=1024),
        size=300,
        etag=key[:32],
    )


async def wish_version(database: Database, job: Job) -> tuple[int, int]:
    """The version of what the job's alarm and user ask for now, as its worker reads it."""
    return (await PostgresWishes(database).load(job)).version
