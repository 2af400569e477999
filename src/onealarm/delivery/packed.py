"""Packed audio: the bytes of a segment or a pause as HLS wants them, with the time stamp in front (RFC 8216, 3.4)."""

from __future__ import annotations

import re
from typing import Final

from onealarm.audio.pause import is_pause, pause_bytes
from onealarm.errors import NotFound
from onealarm.events import Events, SoundLost
from onealarm.ids import SegmentKey
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.play import Losses, LostSegment
from onealarm.pipeline.ports import ObjectStore

_OWNER: Final = b"com.apple.streaming.transportStreamTimestamp\x00"
_STAMP: Final = _OWNER + bytes(8)
"""Nought: each piece stands behind a discontinuity, and so begins a time of its own. Thus one piece fits everywhere."""

HEAD: Final = (
    b"ID3\x04\x00\x00" + bytes((0, 0, 0, 10 + len(_STAMP))) + b"PRIV" + bytes((0, 0, 0, len(_STAMP), 0, 0)) + _STAMP
)
"""An ID3 tag (2.4) with one PRIV frame; players of plain ADTS pass over it."""

_NAME: Final = re.compile(r"pause-([1-9][0-9]{0,5})|[0-9a-f]{64}", re.ASCII)


def piece_name(key: SegmentKey) -> str:
    """How a piece is called in an address."""
    return key.replace(":", "-")


class Pieces:
    """Reads single pieces of briefings; where one is lost, what was found out is made good at once."""

    def __init__(self, *, store: ObjectStore, losses: Losses, events: Events) -> None:
        self._store = store
        self._losses = losses
        self._events = events

    async def read(self, name: str) -> bytes:
        """The bytes with the time stamp. Raises ``NotFound`` for what is no piece, or is lost, and ``Retryable``."""
        match = _NAME.fullmatch(name)
        if match is None:
            raise NotFound("segment", f"{name[:80]!r} is none", "Take the addresses of a playlist as they are")
        key = SegmentKey(name if match[1] is None else f"pause:{match[1]}")
        if is_pause(key):
            return HEAD + pause_bytes(int(match[1]))
        try:
            return HEAD + await self._store.get(object_name(key))
        except NotFound as error:
            await self._lose(key)
            raise NotFound("segment", "its sound was lost", "Ask for the playlist again") from error

    async def _lose(self, key: SegmentKey) -> None:
        loss = await self._losses.lose([LostSegment(key)])
        if loss.segments or loss.briefings:
            self._events.emit(SoundLost("player", segments=loss.segments, briefings=loss.briefings))
