"""The last flash briefings in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from onealarm.delivery.flash import KEPT, Flash
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("flash")


class PostgresFlash:
    """Implements ``onealarm.delivery.flash.FlashShelf``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, name: str) -> Sequence[Flash]:
        return [
            Flash(
                id=row["id"],
                name=row["name"],
                title=row["title"],
                text=row["text"],
                duration=timedelta(seconds=row["duration_seconds"]),
                size=row["size_bytes"],
                made_at=row["made_at"],
            )
            for row in await self._database.fetch(_SQL["list_flash"], name, KEPT)
        ]

    async def save(self, item: Flash) -> None:
        await self._database.fetch(
            _SQL["save_flash"], item.id, item.name, item.title, item.text, item.duration.total_seconds(), item.size
        )

    async def forget(self, *, names: Collection[str]) -> Sequence[tuple[str, UUID]]:
        rows = await self._database.fetch(_SQL["forget_flash"], list(names), KEPT)
        return [(row["name"], row["id"]) for row in rows]
