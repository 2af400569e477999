"""Private feeds: a user's last briefings for whoever knows the address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from onealarm.alarms.preferences import DEFAULT_LANGUAGE, Preferences
from onealarm.api.access import TheParts, TheSubject
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.audio import MEDIA_TYPES
from onealarm.api.schemas.feeds import FeedsView, FeedView, NewFeedView, podcast_address
from onealarm.api.sending import ANYWHERE, described, file_headers, not_modified, send
from onealarm.bootstrap import Parts
from onealarm.briefing.spoken import for_language, is_spoken
from onealarm.delivery.chapters import CHAPTERS_TYPE, TRANSCRIPT_TYPE, chapters, transcript
from onealarm.delivery.podcast import MEDIA_TYPE, Enclosure, Episode, episode_title, podcast
from onealarm.errors import LostSound, NotFound
from onealarm.ids import AudioId, UserId
from onealarm.postgres.audio import Audio

router = APIRouter(prefix="/v1", tags=["feeds"], route_class=StrictRoute)

EPISODES: Final = 20
_KEPT: Final = "private, max-age=172800, immutable"
_ASKED_AGAIN: Final = "private, no-cache"
_SEARCHED_BY_NOBODY: Final = {"X-Robots-Tag": "noindex", **ANYWHERE}


def _text(media_type: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": "The text", "content": content}, 304: {"description": "The caller has it already"}}


def origin_of(request: Request, parts: TheParts) -> str:
    """Where this server is reached from outside, as the operator says, or as the caller has called it."""
    return parts.settings.public_url or str(request.base_url).rstrip("/")


async def feed_owner(secret: str, parts: TheParts) -> UserId:
    """Raises ``NotFound`` for an address that nobody was given, or that was revoked."""
    return await parts.delivery.feeds.owner(secret)


TheOrigin = Annotated[str, Depends(origin_of)]
TheOwner = Annotated[UserId, Depends(feed_owner)]


async def owned_audio(audio_id: UUID, owner: TheOwner, parts: TheParts) -> Audio:
    """Raises ``NotFound``."""
    audio = await parts.audio.find(AudioId(audio_id))
    if audio.user_id != owner:
        raise NotFound("audio", f"{audio_id} does not exist or has expired", "Read the feed again")
    return audio


TheEpisode = Annotated[Audio, Depends(owned_audio)]


@router.post("/users/{user}/feeds", status_code=201)
async def create_feed(subject: TheSubject, parts: TheParts, origin: TheOrigin, response: Response) -> NewFeedView:
    """Make a private podcast feed. Its address is shown this once."""
    made = await parts.delivery.feeds.create(subject)
    response.headers["Location"] = f"/v1/users/{subject}/feeds/{made.id}"
    return NewFeedView.of(made, origin=origin)


@router.get("/users/{user}/feeds")
async def list_feeds(subject: TheSubject, parts: TheParts) -> FeedsView:
    """A user's private feeds, without their addresses."""
    return FeedsView(feeds=[FeedView.of(feed) for feed in await parts.delivery.feeds.of_user(subject)])


@router.delete("/users/{user}/feeds/{feed_id}", status_code=204)
async def revoke_feed(feed_id: UUID, subject: TheSubject, parts: TheParts) -> None:
    """Make a feed's address nobody's, from the next request on."""
    await parts.delivery.feeds.revoke(feed_id, user_id=subject)


@router.head("/feeds/{secret}/podcast.xml", include_in_schema=False)
@router.get("/feeds/{secret}/podcast.xml", response_class=Response, responses=_text(MEDIA_TYPE))
async def get_podcast(secret: str, request: Request, owner: TheOwner, parts: TheParts, origin: TheOrigin) -> Response:
    """A user's last briefings as a podcast."""
    wanted = (await parts.people.find(owner)).preferences
    found = await parts.audio.playable(owner, limit=EPISODES)
    headers = file_headers(_state(found, wanted, origin), cache=_ASKED_AGAIN) | _SEARCHED_BY_NOBODY
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    address = podcast_address(secret, origin=origin)
    episodes = [await _episode(audio, parts, wanted, base=address.removesuffix("/podcast.xml")) for audio in found]
    told = [one for one in episodes if one is not None]
    text = podcast(told, address=address, link=f"{origin}/", language=_language(wanted))
    return send(request, text, media_type=MEDIA_TYPE, headers=headers)


@router.head("/feeds/{secret}/{audio_id}/briefing.m4a", include_in_schema=False)
@router.get("/feeds/{secret}/{audio_id}/briefing.m4a", response_class=Response, responses=described(MEDIA_TYPES["m4a"]))
async def get_episode(request: Request, audio: TheEpisode, parts: TheParts, v: str | None = None) -> Response:
    """The sound of an episode, as AAC in an MP4 file."""
    cache = _KEPT if v == audio.briefing.etag else _ASKED_AGAIN
    headers = file_headers(f"{audio.briefing.etag}-m4a", cache=cache) | _SEARCHED_BY_NOBODY
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    data = await parts.player.read(audio.briefing, "m4a", making=audio.making)
    return send(request, data, media_type=MEDIA_TYPES["m4a"], headers=headers)


@router.get("/feeds/{secret}/{audio_id}/chapters.json", response_class=Response, responses=_text(CHAPTERS_TYPE))
async def get_chapters(request: Request, audio: TheEpisode, owner: TheOwner, parts: TheParts) -> Response:
    """What is said from when on."""
    language = _language((await parts.people.find(owner)).preferences)
    text = json.dumps(chapters(audio.briefing.sections, language=language), ensure_ascii=False)
    return _beside(request, audio, text, CHAPTERS_TYPE, of=language)


@router.get("/feeds/{secret}/{audio_id}/transcript.vtt", response_class=Response, responses=_text(TRANSCRIPT_TYPE))
async def get_transcript(request: Request, audio: TheEpisode) -> Response:
    """What is said, with its times."""
    return _beside(request, audio, transcript(audio.briefing.sections), TRANSCRIPT_TYPE, of="words")


def _beside(request: Request, audio: Audio, text: str, media_type: str, *, of: str) -> Response:
    headers = file_headers(f"{audio.briefing.etag}-{media_type}-{of}", cache=_ASKED_AGAIN) | _SEARCHED_BY_NOBODY
    return not_modified(request, headers) or send(request, text.encode(), media_type=media_type, headers=headers)


async def _episode(audio: Audio, parts: Parts, wanted: Preferences, *, base: str) -> Episode | None:
    """None for one whose sound was lost: it is being made again."""
    assert audio.ring_at is not None, "what has a user has a ring"
    briefing, here = audio.briefing, f"{base}/{audio.id}"
    try:
        size = len(await parts.player.read(briefing, "m4a", making=audio.making))
    except LostSound:
        return None
    return Episode(
        guid=f"urn:onealarm:{audio.alarm_id}:{audio.ring_at:%Y%m%dT%H%MZ}",
        title=episode_title(audio.ring_at, zone=ZoneInfo(wanted.timezone), language=_language(wanted)),
        summary="\n\n".join(section.display for section in briefing.sections),
        published_at=audio.generated_at,
        enclosure=Enclosure(f"{here}/briefing.m4a?v={briefing.etag}", size, MEDIA_TYPES["m4a"], briefing.duration),
        chapters=(f"{here}/chapters.json", CHAPTERS_TYPE),
        transcript=(f"{here}/transcript.vtt", TRANSCRIPT_TYPE),
    )


def _language(wanted: Preferences) -> str:
    """Written by SQL it may be one that nobody speaks."""
    return for_language(wanted.language if is_spoken(wanted.language) else DEFAULT_LANGUAGE).code


def _state(found: Sequence[Audio], wanted: Preferences, origin: str) -> str:
    """Another one whenever the feed is another."""
    made = [f"{audio.id} {audio.briefing.etag} {audio.generated_at.isoformat()}" for audio in found]
    return hashlib.sha256("\n".join([origin, wanted.language, wanted.timezone, *made]).encode()).hexdigest()[:32]
