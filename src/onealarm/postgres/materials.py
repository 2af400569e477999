"""Whole files of briefings, as PostgreSQL knows of them."""

from __future__ import annotations

from collections.abc import Sequence

from onealarm.delivery.materialise import Form, Material, ReadyBriefing
from onealarm.postgres.audio import audio_of
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("materials")


class PostgresMaterials:
    """Implements ``onealarm.delivery.materialise.Materials``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def missing(self, form: Form, *, limit: int) -> Sequence[ReadyBriefing]:
        rows = await self._database.fetch(_SQL["list_missing"], form, limit)
        return [ReadyBriefing(audio.making, audio.briefing) for audio in map(audio_of, rows)]

    async def intend(self, name: str, ready: ReadyBriefing, form: Form) -> None:
        await self._database.fetch(_SQL["intend_material"], name, ready.making.audio, ready.briefing.etag, form)

    async def keep(self, material: Material) -> bool:
        return bool(await self._database.fetch(_SQL["keep_material"], material.name, material.size, material.sha256))

    async def stale(self, *, limit: int) -> Sequence[str]:
        return [row["name"] for row in await self._database.fetch(_SQL["list_stale"], limit)]

    async def forget(self, names: Sequence[str]) -> None:
        await self._database.fetch(_SQL["forget_materials"], list(names))
