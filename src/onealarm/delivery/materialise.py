"""Materialise: whole files of briefings in the store, for clients and caches that read it directly.

The row comes first and says what is meant; the object follows, and then the row says that it is there. So a crash
leaves no object that nothing knows of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol

from onealarm.errors import LostSound
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.play import Making, Player
from onealarm.pipeline.ports import ObjectStore

Form = Literal["aac", "m4a"]

BATCH: Final = 50
"""Files of one run."""


@dataclass(frozen=True, slots=True)
class ReadyBriefing:
    """A briefing that can be played."""

    making: Making
    briefing: Briefing


@dataclass(frozen=True, slots=True)
class Material:
    """A whole file; ``size`` in bytes, ``sha256`` in hexadecimal."""

    name: str
    size: int
    sha256: str


class Materials(Protocol):
    """What files there are. The implementation is ``onealarm.postgres.materials``."""

    async def missing(self, form: Form, *, limit: int) -> Sequence[ReadyBriefing]:
        """Briefings without their file, the earliest ring first."""
        ...

    async def intend(self, name: str, ready: ReadyBriefing, form: Form) -> None: ...

    async def keep(self, material: Material) -> bool:
        """It is there. False when it is no longer wanted."""
        ...

    async def stale(self, *, limit: int) -> Sequence[str]:
        """Names of files whose briefing is over, gone, or another by now."""
        ...

    async def forget(self, names: Sequence[str]) -> None: ...


class Materialiser:
    """A service: writes what is missing where the operator wants that, and always clears away what is over."""

    name = "materialiser"
    every = timedelta(seconds=10)

    def __init__(self, materials: Materials, *, player: Player, store: ObjectStore, always: Form | None) -> None:
        self._materials = materials
        self._player = player
        self._store = store
        self._always = always

    async def run_once(self) -> int:
        """What is over goes first, so that a store without room comes to have some."""
        cleared = await self.clear()
        return cleared + (0 if self._always is None else len(await self.write_missing(self._always, limit=BATCH)))

    async def write_missing(self, form: Form, *, limit: int) -> list[Material]:
        """The files of ready briefings that have none yet. One whose sound was lost is being made again."""
        written = []
        for ready in await self._materials.missing(form, limit=limit):
            try:
                written.append(await self.write(ready, form))
            except LostSound:
                continue
        return written

    async def write(self, ready: ReadyBriefing, form: Form) -> Material:
        """The file of one briefing; written again it is the same. Raises ``LostSound`` and ``Retryable``."""
        name = material_name(ready, form)
        await self._materials.intend(name, ready, form)
        data = await self._player.read(ready.briefing, form, making=ready.making)
        await self._store.put(name, data)
        material = Material(name, len(data), hashlib.sha256(data).hexdigest())
        if not await self._materials.keep(material):
            await self._store.delete(name)
        return material

    async def clear(self) -> int:
        """Delete the files that are over; returns how many."""
        cleared = 0
        while names := await self._materials.stale(limit=BATCH):
            for name in names:
                await self._store.delete(name)
            await self._materials.forget(names)
            cleared += len(names)
        return cleared


def material_name(ready: ReadyBriefing, form: Form) -> str:
    """It follows from the manifest's ``id`` and ``etag``, and can be guessed from neither alone."""
    return f"briefings/{ready.making.audio}/{ready.briefing.etag}.{form}"
