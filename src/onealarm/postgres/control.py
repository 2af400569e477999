"""The control plane's tables: what the leader reads and publishes, and what operators set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from onealarm.control.emergency import Level, Override
from onealarm.control.governor.pools import SAFETY, PoolId
from onealarm.control.missing import Coming
from onealarm.control.orders import Orders
from onealarm.control.plan.advance import STEP, AdvancePlan
from onealarm.control.signals import Signals
from onealarm.control.snapshot import Queue, Snapshot
from onealarm.jobs.report import ModelReport, WorkerReport
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PURPOSE
from onealarm.postgres.statements import statements

_SQL = statements("control")


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One change of the emergency level. ``signals`` are those that it followed."""

    changed_at: datetime
    before: Level
    after: Level
    cause: str
    signals: Mapping[str, Any]


class PostgresControl:
    """Implements ``onealarm.maintenance.controller.Room`` and ``onealarm.worker.follower.Board``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, *, advance: timedelta = timedelta()) -> Snapshot:
        queue = await self._database.row(_SQL["look_at_queue"], advance)
        assert queue is not None, "an aggregate has one row"
        workers = await self._database.fetch(_SQL["look_at_workers"])
        now, *counts = queue.values()
        return Snapshot(now, Queue(*counts), [(row["id"], _report(row)) for row in workers])

    async def demand(self, *, since: datetime, until: datetime) -> Mapping[int, int]:
        rows = await self._database.fetch(_SQL["count_demand"], since, until)
        return {row["minute"]: row["jobs"] for row in rows}

    async def coming(self, *, since: datetime, until: datetime, most: int) -> Mapping[int, Coming]:
        rows = await self._database.fetch(_SQL["count_coming"], since, until, most)
        return {minute: Coming(*counts) for minute, *counts in rows}

    async def pools(self) -> Mapping[PoolId, float]:
        rows = await self._database.fetch(_SQL["list_limits"])
        return {PoolId(row["provider"], row["model"], row["unit"]): SAFETY * row["per_minute"] for row in rows}

    async def publish(self, orders: Orders) -> bool:
        rows = await self._database.fetch(
            _SQL["publish_plan"],
            PURPOSE,
            orders.plan.epoch,
            orders.plan.starts_at,
            list(orders.plan.seconds),
            orders.level,
            orders.short_share,
            orders.tick,
            orders.batch,
            orders.desired_slots,
            orders.reason,
            orders.workers,
            orders.missing,
        )
        return bool(rows)

    async def read_orders(self) -> tuple[Orders, datetime] | None:
        row = await self._database.row(_SQL["read_plan"], PURPOSE)
        if row is None:
            return None
        read_at, epoch, starts_at, advance, made_at, level, *rest = row.values()
        plan = AdvancePlan(epoch, starts_at, starts_at + len(advance) * STEP, tuple(advance))
        return Orders(plan, made_at, Level(level), *rest), read_at

    async def note_change(self, *, epoch: int, before: Level, after: Level, cause: str, signals: Signals) -> None:
        told = {name: _plain(value) for name, value in asdict(signals).items()}
        await self._database.fetch(_SQL["note_change"], PURPOSE, epoch, before, after, cause, told)

    async def changes(self, *, limit: int = 100) -> list[LevelChange]:
        """The last ones first."""
        rows = await self._database.fetch(_SQL["list_changes"], limit)
        return [LevelChange(**{**row, "before": Level(row["before"]), "after": Level(row["after"])}) for row in rows]

    async def set_override(self, level: Level | None, *, lasts: timedelta, why: str) -> datetime:
        """From now on the fleet is at ``level``, whatever the signals say; None takes that back. Returns until when."""
        until: datetime = await self._database.value(_SQL["set_override"], level, lasts, why)
        return until

    async def read_override(self) -> Override | None:
        row = await self._database.row(_SQL["read_override"])
        return None if row is None else Override(Level(row["level"]), row["until"])


def _report(row: asyncpg.Record) -> WorkerReport:
    told = {name: value for name, value in row.items() if name != "id"}
    return WorkerReport(**{**told, "models": tuple(ModelReport(**one) for one in told["models"])})


def _plain(value: object) -> object:
    """For JSON: durations in seconds."""
    return value.total_seconds() if isinstance(value, timedelta) else value
