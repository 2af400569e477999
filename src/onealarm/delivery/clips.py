"""Clips: short messages by name, generic ones in every voice and those of a user with his name.

A clip is a segment like every other: found by the key of its words, or spoken once. So a new name or voice has new
clips at once, nothing old is served for them, and what nobody has asked for costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from onealarm.audio.segment import Segment
from onealarm.briefing.script import Sentence
from onealarm.briefing.spoken import for_language
from onealarm.errors import BadInput, OneAlarmError, Permanent, VoiceFailed, safe_reason
from onealarm.ids import SegmentKey, UserId
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.ports import ObjectStore

ClipKind = Literal["user", "generic"]


class ClipTexts(Protocol):
    """What clips say. The implementation is ``onealarm.writers.clips``."""

    def ids(self, kind: ClipKind) -> Sequence[str]: ...

    def sentence(self, kind: ClipKind, clip_id: str, *, language: str, name: str | None) -> Sentence:
        """Raises ``NotFound``, and ``BadInput`` for a language that is not spoken."""
        ...


class ClipOwners(Protocol):
    """Whose clips are. The implementation is ``onealarm.postgres.owners``."""

    async def hold_for(self, user_id: UserId, keys: Sequence[SegmentKey]) -> None:
        """The personal ones among these segments are kept for him; harmless when he is gone."""
        ...


@dataclass(frozen=True, slots=True)
class ClipListener:
    """Who hears it."""

    user_id: UserId
    name: str | None
    voice: str
    language: str


@dataclass(frozen=True, slots=True)
class ClipsMade:
    """``made`` are segments by the ids of their clips, ``failed`` reasons that are safe to tell."""

    made: dict[str, Segment]
    failed: dict[str, str]


class Clips:
    """``engines`` come in the order of preference, a local one last."""

    def __init__(self, texts: ClipTexts, *, engines: Sequence[Engine], owners: ClipOwners, store: ObjectStore) -> None:
        self._texts = texts
        self._engines = engines
        self._owners = owners
        self._store = store

    def ids(self, kind: ClipKind) -> Sequence[str]:
        """In the catalogue's order."""
        return self._texts.ids(kind)

    async def generic(self, clip_id: str, *, voice: str, language: str) -> Segment:
        """The same for everybody. Raises ``NotFound``, ``BadInput`` and ``VoiceFailed``."""
        sentence = self._texts.sentence("generic", clip_id, language=language, name=None)
        return await self._speak(sentence, voice=voice, language=language)

    async def of_user(self, listener: ClipListener, clip_id: str) -> Segment:
        """In his voice and language, with his name. Raises ``NotFound``, ``BadInput`` and ``VoiceFailed``."""
        sentence = self._texts.sentence("user", clip_id, language=listener.language, name=listener.name)
        segment = await self._speak(sentence, voice=listener.voice, language=listener.language)
        if sentence.sealed:
            await self._owners.hold_for(listener.user_id, [segment.key])
        return segment

    async def make_all(self, listener: ClipListener) -> ClipsMade:
        """All clips of a user; one that fails leaves the others alone."""
        told = ClipsMade({}, {})
        for clip_id in self.ids("user"):
            try:
                told.made[clip_id] = await self.of_user(listener, clip_id)
            except OneAlarmError as error:
                told.failed[clip_id] = safe_reason(error)
        return told

    async def read(self, segment: Segment) -> bytes:
        """The sound, AAC in ADTS frames. Raises ``NotFound`` and ``Retryable``."""
        return await self._store.get(object_name(segment.key))

    async def _speak(self, sentence: Sentence, *, voice: str, language: str) -> Segment:
        code = for_language(language).code
        *better, last = self._engines
        for engine in better:
            try:
                [segment] = await engine.speaker.speak([sentence], voice=voice, language=code)
            except (VoiceFailed, Permanent, BadInput):
                continue
            return segment
        [segment] = await last.speaker.speak([sentence], voice=voice, language=code)
        return segment
