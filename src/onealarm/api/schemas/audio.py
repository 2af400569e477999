"""Audio: what there is to play, and what is said when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel

from onealarm.api.schemas.fields import Input
from onealarm.delivery.playlist import MEDIA_TYPE as PLAYLIST_TYPE
from onealarm.pipeline.compose import Format
from onealarm.pipeline.what_to_play import Status
from onealarm.postgres.audio import Audio, CacheStatus

DISCLOSURE: Final = "The voice is artificial."

FILE_NAMES: Final[Mapping[Format, str]] = {"aac": "briefing.aac", "m4a": "briefing.m4a", "ring": "ring.wav"}
MEDIA_TYPES: Final[Mapping[Format, str]] = {"aac": "audio/aac", "m4a": "audio/mp4", "ring": "audio/wav"}

PlayTier = Literal["full", "short", "local", "stock", "tone"]


def file_url(audio: Audio, form: Format) -> str:
    """The address of these bytes and no others: another sound under the same id has another address."""
    return f"/v1/audio/{audio.id}/{FILE_NAMES[form]}?v={audio.briefing.etag}"


class SectionView(BaseModel):
    """A section with the milliseconds between which it sounds; ``text`` as spoken, ``display`` as written."""

    kind: str
    start_ms: int
    end_ms: int
    text: str
    display: str
    shared: bool


class FileView(BaseModel):
    """A form in which the sound can be fetched; ``bytes`` is null where it is known only when it has been made."""

    url: str
    mime: str
    bytes: int | None = None


class FilesView(BaseModel):
    aac: FileView
    m4a: FileView
    ring: FileView
    hls: FileView

    @classmethod
    def of(cls, audio: Audio) -> Self:
        return cls(
            aac=FileView(url=file_url(audio, "aac"), mime=MEDIA_TYPES["aac"], bytes=audio.briefing.size),
            m4a=FileView(url=file_url(audio, "m4a"), mime=MEDIA_TYPES["m4a"]),
            ring=FileView(url=file_url(audio, "ring"), mime=MEDIA_TYPES["ring"]),
            hls=FileView(url=f"/v1/audio/{audio.id}/playlist.m3u8", mime=PLAYLIST_TYPE),
        )


class CreditView(BaseModel):
    """Whose content is told, what its terms want to be shown, and which they are."""

    source: str
    attribution: str
    licence: str
    url: str | None


class ManifestView(BaseModel):
    """A briefing without its bytes. Stock has no alarm, no ring and no expiry.

    ``missing`` are sections whose source failed, with the reason; while there is time they are tried again.
    """

    id: UUID
    alarm_id: UUID | None
    ring_at: datetime | None
    tier: str
    reason: str | None
    voice: str
    duration_ms: int
    generated_at: datetime
    expires_at: datetime | None
    cache_status: CacheStatus
    etag: str
    sections: list[SectionView]
    transcript: str
    files: FilesView
    credits: list[CreditView]
    missing: dict[str, str]
    disclosure: str = DISCLOSURE

    @classmethod
    def of(cls, audio: Audio) -> Self:
        briefing = audio.briefing
        return cls(
            id=audio.id,
            alarm_id=audio.alarm_id,
            ring_at=audio.ring_at,
            tier=briefing.tier,
            reason=briefing.reason,
            voice=briefing.voice,
            duration_ms=_milliseconds(briefing.duration.total_seconds()),
            generated_at=audio.generated_at,
            expires_at=audio.expires_at,
            cache_status=audio.cache_status,
            etag=briefing.etag,
            sections=[SectionView(**asdict(section)) for section in briefing.sections],
            transcript="\n\n".join(section.display for section in briefing.sections),
            files=FilesView.of(audio),
            credits=[CreditView(**asdict(credit)) for credit in briefing.credits],
            missing=dict(briefing.missing),
        )


class PlayView(BaseModel):
    """What to play now. Without ``url`` it is the tone that is bundled with the client."""

    url: str | None = None
    format: Literal["aac"] | None = None
    mime: str | None = None
    bytes: int | None = None
    duration_ms: int | None = None
    etag: str | None = None

    @classmethod
    def of(cls, audio: Audio) -> Self:
        return cls(
            url=file_url(audio, "aac"),
            format="aac",
            mime=MEDIA_TYPES["aac"],
            bytes=audio.briefing.size,
            duration_ms=_milliseconds(audio.briefing.duration.total_seconds()),
            etag=audio.briefing.etag,
        )


class AlarmAudioView(BaseModel):
    """How far an alarm's briefing is, and what to play now. ``tier`` and ``audio`` are of what is to be played.

    ``ring_at`` is the ring that this is about; null when there is none.
    """

    alarm_id: UUID
    ring_at: datetime | None
    status: Status
    tier: PlayTier
    reason: str | None
    play: PlayView
    audio: ManifestView | None


class AudioEntry(BaseModel):
    """A briefing in the list, whatever became of it. ``manifest`` is there while it can be played."""

    id: UUID
    alarm_id: UUID
    ring_at: datetime
    status: Literal["generating", "ready", "failed", "expired", "superseded"]
    tier: str | None
    reason: str | None
    voice: str
    duration_ms: int | None
    generated_at: datetime | None
    expires_at: datetime | None
    cache_status: CacheStatus
    manifest: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        seconds = row["duration_seconds"]
        return cls(
            **{name: row[name] for name in cls.model_fields if name in row},
            duration_ms=None if seconds is None else _milliseconds(seconds),
            manifest=f"/v1/audio/{row['id']}" if row["status"] == "ready" else None,
        )


class AudioListView(BaseModel):
    """The newest ring first, at most 100."""

    audio: list[AudioEntry]


class CacheStatusInput(Input):
    """How far the client's copy is."""

    cache_status: CacheStatus


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
