"""Budgets in PostgreSQL: workers reserve in chunks, the leader sets the mix, and no more is promised than there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncpg

from onealarm.control.budget import Costs, Mix, Standing
from onealarm.errors import LeaseLost
from onealarm.ids import LeaseToken, WorkerId
from onealarm.jobs.deadline import GUARD
from onealarm.maintenance.budgets import Today
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements
from onealarm.worker.wallet import Chunk

_SQL = statements("budget")


class PostgresBudgets:
    """Implements ``onealarm.worker.wallet.Budgets`` and ``onealarm.maintenance.budgets.Days``.

    ``amounts`` are the budgets of a day by unit; what has none is not bounded.
    """

    def __init__(self, database: Database, *, amounts: Mapping[str, float]) -> None:
        self._database = database
        self._amounts = amounts

    async def exchange(
        self,
        worker: WorkerId,
        *,
        unit: str,
        settled: tuple[LeaseToken, float] | None,
        wants: float,
        good_for: timedelta,
    ) -> Chunk | None:
        if unit not in self._amounts:
            return None
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(_SQL["open_budget"], unit, self._amounts[unit])
            if settled is not None:
                await connection.execute(_SQL["settle_chunk"], *settled, worker)
            row = await connection.fetchrow(_SQL["reserve_chunk"], worker, unit, wants, good_for)
        assert row is not None, "the day's budget was opened in this transaction"
        return Chunk(LeaseToken(row["token"]), row["chunk"], _mix(row), row["instant"], _costs(row))

    async def settle(self, worker: WorkerId, token: LeaseToken, *, spent: float) -> None:
        await self._database.fetch(_SQL["settle_chunk"], token, spent, worker)

    async def expire_chunks(self) -> int:
        return len(await self._database.fetch(_SQL["expire_chunks"]))

    async def add_use(self, unit: str, amount: float) -> None:
        """Count use of a platform's quota; what has no quota is not counted."""
        if unit in self._amounts:
            await self._database.fetch(_SQL["add_use"], unit, self._amounts[unit], amount)

    async def set_use(self, unit: str, amount: float) -> None:
        """What is in use of a quota that is no day's sum, such as bytes stored."""
        if unit in self._amounts:
            await self._database.fetch(_SQL["set_use"], unit, self._amounts[unit], amount)

    async def set_told(self, unit: str, *, told: float, told_ahead: bool, epoch: int) -> None:
        """Under the fence of an epoch. Raises ``LeaseLost`` when a later leader has been here."""
        if not await self._database.fetch(_SQL["set_told"], epoch, unit, told, told_ahead):
            raise LeaseLost("a later leader tells of the quotas now")

    async def today(self, unit: str) -> Today:
        await self._database.fetch(_SQL["open_budget"], unit, self._amounts[unit])
        row = await self._database.row(_SQL["find_standing"], unit)
        assert row is not None, "the day's budget was opened a moment ago"
        return Today(
            standing=Standing(row["amount"], row["spent"], row["reserved"]),
            mix=_mix(row),
            told=row["told"],
            told_ahead=row["told_ahead"],
            instant=row["instant"],
        )

    async def set_mix(self, unit: str, mix: Mix, *, costs: Costs, told: float, told_ahead: bool, epoch: int) -> None:
        rows = await self._database.fetch(
            _SQL["set_mix"], epoch, unit, mix.full, mix.short, told, told_ahead, costs.full, costs.short
        )
        if not rows:
            raise LeaseLost("a later leader sets the mix now")

    async def efficiency_parts(self, since: datetime, until: datetime) -> tuple[float, float]:
        """Of what was made between two instants: US dollars in briefings that were ready in time, and all paid ones."""
        row = await self._database.row(_SQL["find_efficiency"], since, until, GUARD)
        assert row is not None, "a sum is always one row"
        return row["in_time"], row["paid"]


def _mix(row: asyncpg.Record) -> Mix | None:
    return None if row["full_share"] is None else Mix(row["full_share"], row["short_share"])


def _costs(row: asyncpg.Record) -> Costs | None:
    return None if row["full_cost"] is None else Costs(row["full_cost"], row["short_cost"])
