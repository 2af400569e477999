"""Briefings: what is said when, and where the bytes are."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from onealarm.api.access import TheCaller, TheParts, TheReader
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.audio import AudioEntry, AudioListView, CacheStatusInput, ManifestView
from onealarm.api.schemas.reactions import ReactionsInput
from onealarm.errors import BadInput, NotAllowed, NotFound
from onealarm.ids import AudioId
from onealarm.postgres.audio import Audio

router = APIRouter(prefix="/v1/audio", tags=["audio"], route_class=StrictRoute)


async def readable_audio(audio_id: UUID, reading: TheReader, parts: TheParts) -> Audio:
    """The briefing that the path names. Raises ``NotFound`` for somebody else's too."""
    audio = await parts.audio.find(AudioId(audio_id))
    if not reading.may_read(audio.user_id):
        raise NotFound("audio", f"{audio_id} does not exist or has expired", "Ask for the alarm's audio again")
    return audio


TheAudio = Annotated[Audio, Depends(readable_audio)]


@router.get("")
async def list_audio(reading: TheReader, parts: TheParts, user_id: UUID | None = None) -> AudioListView:
    """The caller's briefings; an operator says whose with ``user_id``."""
    owner = reading.narrowed(user_id)
    if owner is None:
        raise BadInput("user_id", "an operator has no briefings", "Say whose they are")
    return AudioListView(audio=[AudioEntry.of(row) for row in await parts.audio.of_user(owner)])


@router.get("/{audio_id}")
async def get_audio(audio: TheAudio) -> ManifestView:
    """A briefing's manifest. Stock briefings can be read by everybody."""
    return ManifestView.of(audio)


@router.put("/{audio_id}/reactions", status_code=204)
async def take_reactions(given: ReactionsInput, calling: TheCaller, audio: TheAudio, parts: TheParts) -> None:
    """How the listener took the sections: briefings learn from it where `learn_from_skips` is on."""
    if calling.user_id is None or audio.user_id != calling.user_id:
        raise NotAllowed("audio", "is not the caller's", "Its own client says how it was taken")
    assert audio.ring_at is not None, "what has a user has a ring"
    await parts.reactions.save(calling.user_id, given.values(audio), ring_at=audio.ring_at)


@router.patch("/{audio_id}")
async def change_audio(
    audio_id: UUID, given: CacheStatusInput, calling: TheCaller, audio: TheAudio, parts: TheParts
) -> ManifestView:
    """The client says how far its copy is."""
    if calling.user_id is None or audio.user_id != calling.user_id:
        raise NotAllowed("audio", "is not the caller's", "Its own client says how far the copy is")
    await parts.audio.save_cache_status(audio.id, user_id=calling.user_id, status=given.cache_status)
    return ManifestView.of(await parts.audio.find(AudioId(audio_id)))
