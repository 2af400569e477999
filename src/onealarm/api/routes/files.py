"""The bytes of briefings, whole or in part."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from onealarm.api.access import TheParts
from onealarm.api.problems import problem
from onealarm.api.ranges import byte_range, names_etag
from onealarm.api.routes.audio import TheAudio
from onealarm.api.schemas.audio import MEDIA_TYPES
from onealarm.bootstrap import Parts
from onealarm.pipeline.compose import Format
from onealarm.postgres.audio import Audio

router = APIRouter(prefix="/v1/audio/{audio_id}", tags=["audio"])

_IMMUTABLE: Final = "private, max-age=172800, immutable"
"""For an address that names its bytes; they are kept for 48 hours after the ring."""
_REVALIDATED: Final = "private, no-cache"


def _described(form: Format) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPES[form]: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The whole file", "content": content},
        206: {"description": "The range that was asked for", "content": content},
        304: {"description": "The caller has it already"},
        416: {"description": "The range lies outside the file"},
    }


@router.head("/briefing.aac", include_in_schema=False)
@router.get("/briefing.aac", response_class=Response, responses=_described("aac"))
async def get_aac(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The briefing as AAC in ADTS frames."""
    return await _file(request, parts, audio, "aac", version=v)


@router.head("/briefing.m4a", include_in_schema=False)
@router.get("/briefing.m4a", response_class=Response, responses=_described("m4a"))
async def get_m4a(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The briefing as AAC in an MP4 file."""
    return await _file(request, parts, audio, "m4a", version=v)


@router.head("/ring.wav", include_in_schema=False)
@router.get("/ring.wav", response_class=Response, responses=_described("ring"))
async def get_ring(request: Request, audio: TheAudio, parts: TheParts, v: str | None = None) -> Response:
    """The ring clip: greeting and date, short enough for a phone's alarm sound."""
    return await _file(request, parts, audio, "ring", version=v)


async def _file(request: Request, parts: Parts, audio: Audio, form: Format, *, version: str | None) -> Response:
    etag = f'"{audio.briefing.etag}-{form}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": _IMMUTABLE if version == audio.briefing.etag else _REVALIDATED,
    }
    if names_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    data = await parts.player.read(audio.briefing, form, making=audio.making)
    headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
    if request.method == "HEAD":
        return Response(media_type=MEDIA_TYPES[form], headers=headers | {"Content-Length": str(len(data))})
    part = byte_range(_range_header(request, etag), len(data))
    if part is None:
        return Response(data, media_type=MEDIA_TYPES[form], headers=headers)
    if not part:
        return _outside(len(data))
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, media_type=MEDIA_TYPES[form], headers=headers)


def _range_header(request: Request, etag: str) -> str | None:
    """The ``Range`` header, unless ``If-Range`` names another state of the file than the present one."""
    if request.headers.get("if-range", etag) != etag:
        return None
    return request.headers.get("range")


def _outside(size: int) -> Response:
    return problem(
        416,
        f"the file has {size} bytes",
        field="Range",
        remedy=f"Ask for positions from 0 to {size - 1}",
        headers={"Content-Range": f"bytes */{size}"},
    )
