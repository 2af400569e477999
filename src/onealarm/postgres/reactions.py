"""Reactions in PostgreSQL: how listeners took the sections of their briefings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onealarm.briefing.learning import Reaction
from onealarm.ids import UserId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("reactions")


class PostgresReactions:
    """Kept for half a year, and gone with the user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, user_id: UserId, reactions: Sequence[Reaction], *, ring_at: datetime) -> None:
        """Each kind of section at most once; what was said of it before gives way."""
        await self._database.fetch(
            _SQL["save_reactions"],
            user_id,
            ring_at,
            [one.kind for one in reactions],
            [one.share for one in reactions],
            [one.praise for one in reactions],
        )

    async def of_user(self, user_id: UserId) -> tuple[Reaction, ...]:
        """Oldest first; the day of each is that of its ring in UTC."""
        rows = await self._database.fetch(_SQL["list_reactions"], user_id)
        return tuple(Reaction(row["kind"], row["ring_at"].date(), row["share"], row["praise"]) for row in rows)
