"""The bytes of briefings, whole or in part."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from onealarm.api.access import TheParts
from onealarm.api.routes.audio import TheAudio
from onealarm.api.schemas.audio import MEDIA_TYPES
from onealarm.api.sending import described, file_headers, not_modified, send
from onealarm.bootstrap import Parts
from onealarm.pipeline.compose import Format
from onealarm.postgres.audio import Audio

router = APIRouter(prefix="/v1/audio/{audio_id}", tags=["audio"])

_IMMUTABLE: Final = "private, max-age=172800, immutable"
"""For an address that names its bytes; they are kept for 48 hours after the ring."""
_REVALIDATED: Final = "private, no-cache"


@router.head("/briefing.aac", include_in_schema=False)
@router.get("/briefing.aac", response_class=Response, responses=described(MEDIA_TYPES["aac"]))
async def get_aac(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The briefing as AAC in ADTS frames."""
    return await _file(request, parts, audio, "aac", version=v)


@router.head("/briefing.m4a", include_in_schema=False)
@router.get("/briefing.m4a", response_class=Response, responses=described(MEDIA_TYPES["m4a"]))
async def get_m4a(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The briefing as AAC in an MP4 file."""
    return await _file(request, parts, audio, "m4a", version=v)


@router.head("/ring.wav", include_in_schema=False)
@router.get("/ring.wav", response_class=Response, responses=described(MEDIA_TYPES["ring"]))
async def get_ring(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The ring clip: greeting and date, short enough for a phone's alarm sound."""
    return await _file(request, parts, audio, "ring", version=v)


async def _file(request: Request, parts: Parts, audio: Audio, form: Format, *, version: str | None) -> Response:
    cache = _IMMUTABLE if version == audio.briefing.etag else _REVALIDATED
    headers = file_headers(f"{audio.briefing.etag}-{form}", cache=cache)
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    data = await parts.player.read(audio.briefing, form, making=audio.making)
    return send(request, data, media_type=MEDIA_TYPES[form], headers=headers)
