"""The ledger in PostgreSQL: charges lie with what was paid for, and are added up when somebody asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from onealarm.control.budget import Recent, efficiency
from onealarm.control.ledger import Calls, Paid, Report, Stored
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("ledger")

_DAY: Final = timedelta(days=1)

_MOMENT: Final = timedelta(minutes=1)
"""Added to the present, so that what happens at this moment counts."""


class PostgresLedger:
    """Implements ``onealarm.maintenance.accountant.Ledger``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        now: datetime = await self._database.value(_SQL["tell_now"])
        return now

    async def report(self, *, days: int) -> Report:
        """The last ``days`` days of UTC, today included."""
        now = await self.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since, until = midnight - (days - 1) * _DAY, midnight + _DAY
        made = await self._database.fetch(_SQL["count_briefings"], since, until)
        return Report(
            since=since,
            until=until,
            paid=await self.paid(since=since, until=until),
            briefings={row["tier"]: row["briefings"] for row in made},
            efficiency=await self.efficiency(now=now),
            stored=await self.stored(),
        )

    async def paid(self, *, since: datetime, until: datetime) -> list[Paid]:
        """Between two instants, the newest day first."""
        return [Paid(*row) for row in await self._database.fetch(_SQL["list_paid"], since, until)]

    async def recent(self) -> Recent:
        row = await self._database.row(_SQL["find_recent_cost"])
        assert row is not None, "a sum is always one row"
        return Recent(usd=row["usd"], full=row["full"], short=row["short"])

    async def stored(self) -> Stored:
        row = await self._database.row(_SQL["find_stored"])
        assert row is not None, "a sum is always one row"
        return Stored(*row)

    async def efficiency(self, *, now: datetime) -> float | None:
        """Of the last day; what was said in a briefing is not kept for much longer."""
        in_time, paid = await PostgresBudgets(self._database, amounts={}).efficiency_parts(now - _DAY, now + _MOMENT)
        return efficiency(in_time=in_time, paid=paid)

    async def calls(self) -> list[Calls]:
        return [Calls(*row) for row in await self._database.fetch(_SQL["count_calls"])]
