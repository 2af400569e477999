"""What the fleet may ask of sources, counted in PostgreSQL by one statement per call."""

from __future__ import annotations

from datetime import timedelta

from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("source_budgets")


class PostgresSourceBudgets:
    """Implements ``onealarm.sources.allowance.FleetBudgets``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, source: str, *, cost: int, a_minute: int, a_day: int) -> timedelta | None:
        row = await self._database.row(_SQL["take_from_source"], source, cost, a_minute, a_day)
        assert row is not None, "the question is always one row"
        return None if row["taken"] else max(row["wait"], timedelta())

    async def close(self, source: str, *, duration: timedelta) -> None:
        await self._database.fetch(_SQL["close_source"], source, duration)
