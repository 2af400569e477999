"""Streams: a briefing as a playlist of its pieces, each at an address that caches may keep."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from onealarm.api.access import Credentials, TheParts, reader
from onealarm.api.json_input import StrictRoute
from onealarm.api.routes.audio import TheAudio, readable_audio
from onealarm.api.schemas.audio import MEDIA_TYPES
from onealarm.api.schemas.streams import LinkView
from onealarm.api.sending import ANYWHERE, described, file_headers, not_modified, send
from onealarm.api.signed import Signature, TheSignature, signed
from onealarm.audio.pause import is_pause
from onealarm.bootstrap import Parts
from onealarm.delivery.packed import piece_name
from onealarm.delivery.playlist import MEDIA_TYPE, playlist
from onealarm.delivery.signing import Scope, good_until, sign
from onealarm.ids import AudioId
from onealarm.pipeline.briefing import Part
from onealarm.postgres.audio import Audio

router = APIRouter(prefix="/v1", tags=["audio"], route_class=StrictRoute)

_PLAYLIST: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The playlist", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


async def playable_audio(
    audio_id: UUID, request: Request, parts: TheParts, given: Credentials, signature: Signature
) -> Audio:
    """As ``readable_audio``, and for who holds the signed address: many players can send no token."""
    if signature is None:
        return await readable_audio(audio_id, await reader(request, parts, given), parts)
    await signed(request, parts, signature)
    return await parts.audio.find(AudioId(audio_id))


@router.head("/audio/{audio_id}/playlist.m3u8", include_in_schema=False)
@router.get("/audio/{audio_id}/playlist.m3u8", response_class=Response, responses=_PLAYLIST)
async def get_playlist(request: Request, audio: Annotated[Audio, Depends(playable_audio)], parts: TheParts) -> Response:
    """The briefing as HLS: the same segments and pauses as the file, in the same order, each at a signed address."""
    text = await _playlist(parts, audio)
    headers = {"Cache-Control": "private, no-cache", **ANYWHERE}
    if request.method == "HEAD":
        return Response(media_type=MEDIA_TYPE, headers=headers | {"Content-Length": str(len(text))})
    return Response(text, media_type=MEDIA_TYPE, headers=headers)


@router.get("/audio/{audio_id}/link")
async def get_link(audio: TheAudio, parts: TheParts) -> LinkView:
    """An address of the playlist for players that can send no token. Who holds it can hear the briefing."""
    ring = await parts.delivery.signing.current()
    address = sign(f"/v1/audio/{audio.id}/playlist.m3u8", ring, scope="personal")
    return LinkView(playlist=address, expires_at=good_until(ring.now))


@router.head("/segments/{name}.aac", include_in_schema=False)
@router.get("/segments/{name}.aac", response_class=Response, responses=described(MEDIA_TYPES["aac"]))
async def get_segment(name: str, request: Request, held: TheSignature, parts: TheParts) -> Response:
    """A segment or a pause, from an address in a playlist. A cache that serves many may keep what is nobody's own."""
    keeper = "public" if held.scope == "shared" else "private"
    headers = (
        file_headers(f"{name}-hls", cache=f"{keeper}, max-age={int(held.left.total_seconds())}, immutable") | ANYWHERE
    )
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    return send(request, await parts.delivery.pieces.read(name), media_type=MEDIA_TYPES["aac"], headers=headers)


async def _playlist(parts: Parts, audio: Audio) -> str:
    ring = await parts.delivery.signing.current()
    spoken = {part.key for part in audio.briefing.parts if not is_pause(part.key)}
    personal = await parts.delivery.signing.personal(list(spoken))

    def address_of(part: Part) -> str:
        scope: Scope = "personal" if part.key in personal else "shared"
        return sign(f"/v1/segments/{piece_name(part.key)}.aac", ring, scope=scope)

    return playlist(audio.briefing.parts, address_of=address_of)
