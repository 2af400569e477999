"""Clips: short messages that a client keeps for when nothing else is there."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from onealarm.alarms.preferences import DEFAULT_LANGUAGE
from onealarm.api.access import TheParts, TheSubject
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.audio import MEDIA_TYPES
from onealarm.api.schemas.clips import ClipsView
from onealarm.api.sending import ANYWHERE, described, file_headers, not_modified, send
from onealarm.audio.segment import Segment
from onealarm.bootstrap import Parts
from onealarm.briefing.spoken import is_spoken
from onealarm.briefing.voices import VOICES
from onealarm.delivery.clips import ClipListener
from onealarm.errors import NotFound
from onealarm.ids import UserId

router = APIRouter(prefix="/v1", tags=["clips"], route_class=StrictRoute)

_SOUND: Final = MEDIA_TYPES["aac"]
_ASKED_AGAIN: Final = "private, no-cache"
_A_DAY: Final = "public, max-age=86400"


@router.get("/users/{user}/clips")
async def list_clips(subject: TheSubject, parts: TheParts) -> ClipsView:
    """A user's clips: the same ids for everybody, each with his own sound."""
    await parts.people.find(subject)
    return ClipsView.of(parts.delivery.clips.ids("user"), subject)


@router.head("/users/{user}/clips/{clip_id}.aac", include_in_schema=False)
@router.get("/users/{user}/clips/{clip_id}.aac", response_class=Response, responses=described(_SOUND))
async def get_clip(clip_id: str, request: Request, subject: TheSubject, parts: TheParts) -> Response:
    """A clip in the user's voice, with his name as it is now. It is spoken when it is first asked for."""
    listener = await clip_listener(parts, subject)
    segment = await parts.delivery.clips.of_user(listener, clip_id)
    return await _sound(request, parts, segment, cache=_ASKED_AGAIN)


@router.head("/generic-audio/{voice}/{clip_id}.aac", include_in_schema=False)
@router.get("/generic-audio/{voice}/{clip_id}.aac", response_class=Response, responses=described(_SOUND))
async def get_generic_clip(
    voice: str, clip_id: str, request: Request, parts: TheParts, language: str = DEFAULT_LANGUAGE
) -> Response:
    """A message that is the same for everybody, for clients to keep before anybody has signed in."""
    if voice not in VOICES:
        raise NotFound("voice", f"{voice[:80]!r} is none", f"Give one of: {', '.join(VOICES)}")
    segment = await parts.delivery.clips.generic(clip_id, voice=voice, language=language)
    return await _sound(request, parts, segment, cache=_A_DAY)


async def clip_listener(parts: Parts, user_id: UserId) -> ClipListener:
    """Raises ``NotFound``."""
    wanted = (await parts.people.find(user_id)).preferences
    # Written by SQL it may be a language that nobody speaks.
    language = wanted.language if is_spoken(wanted.language) else DEFAULT_LANGUAGE
    return ClipListener(user_id, wanted.name, wanted.voice, language)


async def _sound(request: Request, parts: Parts, segment: Segment, *, cache: str) -> Response:
    headers = file_headers(segment.key, cache=cache)
    if cache == _A_DAY:
        headers |= ANYWHERE
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    return send(request, await parts.delivery.clips.read(segment), media_type=_SOUND, headers=headers)
