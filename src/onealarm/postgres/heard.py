"""What a user has heard in the last days, as hashes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from onealarm.ids import UserId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("heard")


class PostgresHeard:
    """Implements ``onealarm.pipeline.gather.Heard``, and what the cleaner needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, user_id: UserId, *, day: date) -> Mapping[str, datetime]:
        rows = await self._database.fetch(_SQL["find_heard"], user_id, day)
        return {row["item"]: row["heard_at"] for row in rows}

    async def remember(self, user_id: UserId, items: Sequence[str], *, day: date) -> None:
        await self._database.fetch(_SQL["remember_heard"], user_id, list(items), day)

    async def forget(self) -> int:
        """Delete what may be told again; returns how many."""
        return len(await self._database.fetch(_SQL["forget_heard"]))
