"""Leadership by a lease row with an epoch, for any connection, pooled or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onealarm.ids import WorkerId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("leader")

PURPOSE: Final = "control"


class PostgresLeadership:
    """Implements ``onealarm.maintenance.leading.Leadership``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lead(self, holder: WorkerId, *, lease: timedelta) -> int | None:
        epoch: int | None = await self._database.value(_SQL["lead"], PURPOSE, holder, lease)
        return epoch

    async def resign(self, holder: WorkerId) -> None:
        await self._database.fetch(_SQL["resign"], PURPOSE, holder)
