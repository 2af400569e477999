"""Audio rows: published briefings and the stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import asyncpg

from onealarm.audio.pause import is_pause
from onealarm.briefing.facts import Credit
from onealarm.briefing.stock import StockVoice
from onealarm.errors import NotFound, Retryable
from onealarm.ids import AlarmId, AudioId, JobId, SegmentKey, UserId
from onealarm.jobs.job import Job, JobState
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection
from onealarm.pipeline.play import Making
from onealarm.pipeline.publish import Publication
from onealarm.postgres.database import Database
from onealarm.postgres.owners import PostgresOwners
from onealarm.postgres.statements import statements

_SQL = statements("audio")

CacheStatus = Literal["pending", "downloading", "cached", "failed", "armed"]


@dataclass(frozen=True, slots=True)
class Audio:
    """A briefing that can be played. Stock belongs to nobody: no user, alarm, ring or expiry."""

    id: AudioId
    user_id: UserId | None
    alarm_id: AlarmId | None
    ring_at: datetime | None
    briefing: Briefing
    generated_at: datetime
    expires_at: datetime | None
    cache_status: CacheStatus

    @property
    def making(self) -> Making:
        return Making(self.id, self.generated_at)


@dataclass(frozen=True, slots=True)
class AlarmAudio:
    """What there is for the occurrence of an alarm that is asked about: its newest job, and the audio once it is ready.

    ``job_state`` is None when the job has been forgotten.
    """

    ring_at: datetime
    job_state: JobState | None
    reason: str | None
    audio: Audio | None


class PostgresAudio:
    """Implements ``onealarm.worker.publishing.PublishedAudio`` and the readers' side."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners = PostgresOwners(database)

    async def start(self, job: Job, *, voice: str) -> bool:
        return bool(await self._database.fetch(_SQL["start_audio"], job.id, job.lease_token, voice))

    async def hold(self, job: Job, briefing: Briefing) -> bool:
        spoken = {part.key for part in briefing.parts if not is_pause(part.key)}
        there = await self._owners.hold(job, spoken)
        if there is None:
            return False
        if there < len(spoken):
            raise Retryable("a segment was dropped while the briefing was made")
        return True

    async def publish_all(self, publications: Sequence[Publication]) -> set[JobId]:
        rows = await self._database.fetch(_SQL["publish_audio"], [_made(one) for one in publications])
        return {row["job_id"] for row in rows}

    async def publish(self, job: Job, briefing: Briefing, *, version: tuple[int, int]) -> bool:
        """One by itself, as ``onealarm.pipeline.publish.Publisher`` promises."""
        if not await self.hold(job, briefing):
            return False
        return job.id in await self.publish_all([Publication(job, briefing, version)])

    async def save_stock(self, briefing: Briefing, *, language: str) -> None:
        """Keep the stock briefing of a voice in a language; an earlier one that says the same stays."""
        await self._database.fetch(_SQL["save_stock"], *_columns(briefing), language)

    async def stocked_voices(self, engine: str) -> set[StockVoice]:
        """The voices that have a stock briefing of this engine, with all of its segments."""
        rows = await self._database.fetch(_SQL["list_stock"], engine)
        return {StockVoice(row["voice"], row["language"]) for row in rows}

    async def stock(self, voice: str, *, language: str) -> Audio:
        """The stock briefing of a voice in a language. Raises ``NotFound`` before it was made."""
        row = await self._database.row(_SQL["find_stock"], voice, language)
        if row is None:
            raise NotFound(
                "voice",
                f"there is no stock briefing for {voice!r} in {language!r} yet",
                "Play the tone bundled with the client",
            )
        return audio_of(row)

    async def find(self, audio_id: AudioId) -> Audio:
        """A briefing that may be played. Raises ``NotFound``."""
        row = await self._database.row(_SQL["find_audio"], audio_id)
        if row is None:
            raise NotFound("audio", f"{audio_id} does not exist or has expired", "Ask for the alarm's audio again")
        return audio_of(row)

    async def of_alarm(self, alarm_id: AlarmId) -> AlarmAudio | None:
        """What there is for the alarm's next ring, or the one within the last hour; None when it does not ring."""
        row = await self._database.row(_SQL["find_alarm_audio"], alarm_id)
        if row is None or row["occurrence"] is None:
            return None
        return AlarmAudio(
            ring_at=row["occurrence"],
            job_state=None if row["job_state"] is None else JobState(row["job_state"]),
            reason=row["job_reason"],
            audio=audio_of(row) if row["status"] == "ready" else None,
        )

    async def of_user(self, user_id: UserId) -> list[dict[str, Any]]:
        """A user's audio rows, newest ring first, whatever their status."""
        return [dict(row) for row in await self._database.fetch(_SQL["list_audio"], user_id)]

    async def playable(self, user_id: UserId, *, limit: int) -> list[Audio]:
        """A user's briefings that can be played, newest ring first."""
        return [audio_of(row) for row in await self._database.fetch(_SQL["list_playable"], user_id, limit)]

    async def save_cache_status(self, audio_id: AudioId, *, user_id: UserId, status: CacheStatus) -> None:
        """The client says how far its copy is. Raises ``NotFound``."""
        if not await self._database.fetch(_SQL["save_cache_status"], audio_id, user_id, status):
            raise NotFound("audio", f"{audio_id} does not exist", "Ask for the alarm's audio again")

    async def expire(self) -> int:
        """End the audio whose 48 hours are over; returns how many."""
        async with self._database.connection() as connection:
            return int((await connection.execute(_SQL["expire_audio"])).rpartition(" ")[2])


_COLUMNS: Final = ("engine", "voice", "parts", "sections", "duration_seconds", "file_size", "etag")


def _made(publication: Publication) -> dict[str, object]:
    """A row of what ``publish_audio`` takes."""
    job, briefing = publication.job, publication.briefing
    return {
        "id": job.id,
        "lease_token": job.lease_token,
        "version": publication.version,
        "tier": briefing.tier,
        "reason": briefing.reason,
        "credits": [asdict(credit) for credit in briefing.credits],
        "missing": dict(briefing.missing),
        **dict(zip(_COLUMNS, _columns(briefing), strict=True)),
    }


def _columns(briefing: Briefing) -> Sequence[object]:
    return (
        briefing.engine,
        briefing.voice,
        [asdict(part) for part in briefing.parts],
        [asdict(section) for section in briefing.sections],
        briefing.duration.total_seconds(),
        briefing.size,
        briefing.etag,
    )


def audio_of(row: asyncpg.Record) -> Audio:
    """A row of ``audio`` whose briefing was made."""
    return Audio(
        id=AudioId(row["id"]),
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
        alarm_id=None if row["alarm_id"] is None else AlarmId(row["alarm_id"]),
        ring_at=row["ring_at"],
        briefing=Briefing(
            tier=row["tier"],
            reason=row["reason"],
            engine=row["engine"],
            voice=row["voice"],
            parts=tuple(Part(SegmentKey(part["key"]), part["frames"], part["size"]) for part in row["parts"]),
            sections=tuple(SpokenSection(**section) for section in row["sections"]),
            duration=timedelta(seconds=row["duration_seconds"]),
            size=row["file_size"],
            etag=row["etag"],
            credits=tuple(Credit(**credit) for credit in row["credits"]),
            missing=row["missing"],
        ),
        generated_at=row["generated_at"],
        expires_at=row["expires_at"],
        cache_status=row["cache_status"],
    )
