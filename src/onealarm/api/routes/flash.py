"""Flash briefings: open to everybody, because assistants can show no password, and nobody's own."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from onealarm.api.access import TheParts
from onealarm.api.json_input import StrictRoute
from onealarm.api.routes.feeds import TheOrigin
from onealarm.api.sending import ANYWHERE, described, file_headers, not_modified, send
from onealarm.delivery.flash import flash_feed, sound_name
from onealarm.errors import NotFound

router = APIRouter(prefix="/v1/flash-briefings", tags=["feeds"], route_class=StrictRoute)

_JSON: Final = "application/json"
_MP3: Final = "audio/mpeg"
_SHORTLY: Final = "public, max-age=300"
_FOR_GOOD: Final = "public, max-age=604800, immutable"
_FEED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "One to five items", "content": {_JSON: {"schema": {"type": "array"}}}}
}


async def flash_name(name: str, parts: TheParts) -> str:
    """Raises ``NotFound`` for one that the operator does not have made."""
    if name not in {one.name for one in parts.delivery.flash_settings}:
        raise NotFound("flash", f"{name[:80]!r} is none", "See [[flash]] in the providers' file")
    return name


TheName = Annotated[str, Depends(flash_name)]


@router.get("/{name}.json", response_class=Response, responses=_FEED)
async def get_flash_briefing(name: TheName, request: Request, parts: TheParts, origin: TheOrigin) -> Response:
    """The last editions of the news, newest first, as Alexa's flash briefings are read."""
    items = await parts.delivery.flash.of(name)
    if not items:
        raise NotFound("flash", "nothing has been told yet", "Ask again in some minutes")
    headers = file_headers(str(items[0].id), cache=_SHORTLY) | ANYWHERE
    text = json.dumps(flash_feed(items, base=f"{origin}/v1/flash-briefings/{name}"), ensure_ascii=False)
    return not_modified(request, headers) or send(request, text.encode(), media_type=_JSON, headers=headers)


@router.head("/{name}/{item_id}.mp3", include_in_schema=False)
@router.get("/{name}/{item_id}.mp3", response_class=Response, responses=described(_MP3))
async def get_flash_sound(name: TheName, item_id: UUID, request: Request, parts: TheParts) -> Response:
    """The sound of an item."""
    headers = file_headers(str(item_id), cache=_FOR_GOOD) | ANYWHERE
    if (unchanged := not_modified(request, headers)) is not None:
        return unchanged
    return send(request, await parts.delivery.store.get(sound_name(name, item_id)), media_type=_MP3, headers=headers)
