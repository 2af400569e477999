"""Play: the bytes of a published briefing; where they are lost, what was found out is made good at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from onealarm.errors import LostSound
from onealarm.events import Events, SoundLost
from onealarm.ids import AudioId, LeaseToken, SegmentKey
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.compose import Composer, Format


@dataclass(frozen=True, slots=True)
class Making:
    """One making of an audio row: a row that is made again keeps its id."""

    audio: AudioId
    at: datetime


@dataclass(frozen=True, slots=True)
class LostSegment:
    """A segment whose object is not there, or is not whole.

    ``token`` says which making of it was looked for, ``size`` how many bytes it should have had: one that was spoken
    again since then is not lost.
    """

    key: SegmentKey
    token: LeaseToken | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What was lost: segments that will be spoken anew, and briefings that will be made or laid in again."""

    segments: int
    briefings: int


class Losses(Protocol):
    """Makes lost sound good. The implementation is ``onealarm.postgres.losses``."""

    async def lose(self, lost: Sequence[LostSegment], *, found_in: Making | None = None) -> Loss:
        """Forget segments whose objects are gone, and have made again what holds them and can still be played.

        ``found_in`` gives way even when its ring has passed.
        """
        ...


class Player:
    """The composer, and what follows when it finds sound missing."""

    def __init__(self, *, composer: Composer, losses: Losses, events: Events) -> None:
        self._composer = composer
        self._losses = losses
        self._events = events

    async def read(self, briefing: Briefing, form: Format, *, making: Making) -> bytes:
        """The whole file. Raises ``LostSound``; by then the briefing has given way to one that will be made."""
        try:
            return await self._composer.read(briefing, form)
        except LostSound as error:
            lost = [LostSegment(SegmentKey(key), size=size) for key, size in error.lost.items()]
            loss = await self._losses.lose(lost, found_in=making)
            if loss.segments or loss.briefings:
                self._events.emit(SoundLost("player", segments=loss.segments, briefings=loss.briefings))
            raise
