"""Clips, and the function of the earlier system that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from onealarm.api.schemas.fields import Input
from onealarm.delivery.clips import ClipsMade
from onealarm.ids import UserId
from onealarm.maintenance.cleanup import CleanedUp


class ClipView(BaseModel):
    """A clip by its id, and where its sound is: another name, voice or language has another sound there."""

    id: str
    url: str


class ClipsView(BaseModel):
    """In the catalogue's order."""

    clips: list[ClipView]

    @classmethod
    def of(cls, ids: Sequence[str], user_id: UserId) -> Self:
        return cls(clips=[ClipView(id=one, url=clip_url(user_id, one)) for one in ids])


class _Camel(BaseModel):
    """Names as the earlier system's clients read them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class GenerateAudioInput(Input):
    """Whose clips to make. ``forceRegenerate`` changes nothing: clips follow name and voice by themselves."""

    user_id: UUID = Field(alias="userId")
    force_regenerate: bool = Field(default=False, alias="forceRegenerate", strict=True)


class GeneratedClip(_Camel):
    """``fileSize`` in bytes; ``audioType`` is the clip's id."""

    clip_id: str
    file_name: str
    audio_url: str
    file_size: int
    audio_type: str


class FailedClip(_Camel):
    clip_id: str
    error: str


class GenerateAudioView(_Camel):
    """``success`` is that none failed."""

    success: bool
    message: str
    user_id: UUID
    generated_clips: list[GeneratedClip]
    failed_clips: list[FailedClip]

    @classmethod
    def of(cls, told: ClipsMade, user_id: UserId) -> Self:
        return cls(
            success=not told.failed,
            message=f"{len(told.made)} clips are there, {len(told.failed)} failed",
            user_id=user_id,
            generated_clips=[
                GeneratedClip(
                    clip_id=clip_id,
                    file_name=f"{clip_id}.aac",
                    audio_url=clip_url(user_id, clip_id),
                    file_size=segment.size,
                    audio_type=clip_id,
                )
                for clip_id, segment in told.made.items()
            ],
            failed_clips=[FailedClip(clip_id=clip_id, error=reason) for clip_id, reason in told.failed.items()],
        )


class CleanupView(_Camel):
    """What went: rows that were over, files that nobody needs, and whole files of briefings that are over."""

    success: bool
    message: str
    removed_rows: int
    removed_files: int
    removed_copies: int
    errors: list[str]

    @classmethod
    def of(cls, done: CleanedUp) -> Self:
        return cls(
            success=not done.errors,
            message=f"{sum(done.removed.values())} removed",
            removed_rows=done.removed.get("rows", 0),
            removed_files=done.removed.get("files", 0),
            removed_copies=done.removed.get("copies", 0),
            errors=[f"{kind}: {reason}" for kind, reason in done.errors.items()],
        )


def clip_url(user_id: UserId, clip_id: str) -> str:
    return f"/v1/users/{user_id}/clips/{clip_id}.aac"
