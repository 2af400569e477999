"""Degraded briefings in PostgreSQL, and their second chance."""

from __future__ import annotations

from datetime import timedelta

from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("repairs")


class PostgresRepairs:
    """Implements ``onealarm.maintenance.repairer.Repairs``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def order(self, *, before_ring: timedelta, rest: timedelta, not_for: str, most: int) -> int:
        return len(await self._database.fetch(_SQL["order_repairs"], before_ring, most, rest, not_for))
