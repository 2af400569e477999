"""The firings of lanes in PostgreSQL: claimed once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from onealarm.ids import WorkerId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("firings")


class PostgresFirings:
    """Implements ``onealarm.maintenance.scheduler.Firings``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_claims(self, lanes: Sequence[str]) -> Mapping[str, datetime]:
        rows = await self._database.fetch(_SQL["last_claims"], list(lanes))
        return {row["lane"]: row["claimed_at"] for row in rows}

    async def claim(self, lane: str, fire_at: datetime, *, by: WorkerId) -> bool:
        return bool(await self._database.fetch(_SQL["claim_firing"], lane, fire_at, by))

    async def forget(self) -> int:
        return len(await self._database.fetch(_SQL["forget_firings"]))
