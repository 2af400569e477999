"""Compose: the bytes of a briefing, made from its segments when they are read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from onealarm.audio.m4a import to_m4a
from onealarm.audio.pause import is_pause, pause_bytes
from onealarm.audio.ring import ring_clip
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.errors import LostSound, NotFound
from onealarm.pipeline.briefing import Briefing, Part
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.ports import ObjectStore, Processes

Format = Literal["aac", "m4a", "ring"]

_WITHIN: Final = timedelta(seconds=30)
_KEPT: Final = 32
"""Compositions kept in memory: a player asks for the same file in several ranges."""


class Composer:
    """Reads segments and puts them together; nothing is encoded again but the ring clip's plain WAV."""

    def __init__(self, *, store: ObjectStore, processes: Processes) -> None:
        self._store = store
        self._processes = processes
        self._recent: OrderedDict[tuple[str, Format], bytes] = OrderedDict()

    async def read(self, briefing: Briefing, form: Format) -> bytes:
        """The whole file. Raises ``LostSound`` with the segments that are gone."""
        name = (briefing.etag, form)
        if name in self._recent:
            self._recent.move_to_end(name)
            return self._recent[name]
        data = await self._compose(briefing, form)
        self._recent[name] = data
        while len(self._recent) > _KEPT:
            self._recent.popitem(last=False)
        return data

    async def _compose(self, briefing: Briefing, form: Format) -> bytes:
        if form == "ring":
            return await self._processes.run(ring_clip, await self._adts(opening(briefing)), within=_WITHIN)
        adts = await self._adts(briefing.parts)
        if form == "m4a":
            return await self._processes.run(to_m4a, adts, within=_WITHIN)
        return adts

    async def _adts(self, parts: Sequence[Part]) -> bytes:
        lost: dict[str, int | None] = {}
        found = await asyncio.gather(*(self._bytes(part, lost) for part in parts))
        if lost:
            raise LostSound(lost)
        return b"".join(found)

    async def _bytes(self, part: Part, lost: dict[str, int | None]) -> bytes:
        """The bytes of a part; one that is gone, or is not as long as it was, is added to ``lost``."""
        if is_pause(part.key):
            return pause_bytes(part.frames)
        try:
            data = await self._store.get(object_name(part.key))
        except NotFound:
            lost[part.key] = None
            return b""
        if len(data) != part.size:
            lost[part.key] = part.size
        return data


def opening(briefing: Briefing) -> tuple[Part, ...]:
    """The parts that a ring clip says: greeting and date, which come first."""
    said = [section.end_ms for section in briefing.sections if section.kind in ("greeting", "date")]
    until = max(said, default=briefing.sections[0].end_ms)
    parts: list[Part] = []
    samples = 0
    for part in briefing.parts:
        if samples * 1000 // SAMPLE_RATE >= until:
            break
        parts.append(part)
        samples += part.samples
    return tuple(parts)
