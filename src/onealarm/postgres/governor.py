"""Pools and leases in PostgreSQL: workers renew, the leader grants, and neither writes for a single call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from onealarm.control.governor.feedback import Effective
from onealarm.control.governor.grants import REMEMBERED, Lease
from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.leading import Decision, PoolState, Report
from onealarm.control.governor.pools import LEASE, PoolId, PoolLimit
from onealarm.errors import LeaseLost
from onealarm.ids import WorkerId
from onealarm.maintenance.governor import Decide
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements
from onealarm.worker.leasing import Ask, Failures, Offer

_SQL = statements("governor")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class PostgresGovernor:
    """Implements ``onealarm.worker.leasing.Leases``, ``onealarm.maintenance.governor.Pools`` and ``Leased`` of the
    accountant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def declare(self, limits: Sequence[PoolLimit]) -> None:
        """The pools that there are, with their limits as agreed."""
        await self._database.fetch(
            _SQL["declare_pools"],
            *_ids([one.id for one in limits]),
            [one.per_minute for one in limits],
            [one.call for one in limits],
        )

    async def renew(self, worker: WorkerId, asks: Sequence[Ask]) -> list[Offer]:
        rows = await self._database.fetch(
            _SQL["renew_leases"],
            worker,
            LEASE,
            *_ids([one.pool for one in asks]),
            [one.wants.critical for one in asks],
            [one.wants.high for one in asks],
            [one.wants.normal for one in asks],
            [one.used for one in asks],
            [one.paced for one in asks],
            [one.paced_until or _NEVER for one in asks],
            [one.calls for one in asks],
            [one.refused for one in asks],
            [one.limit_seen for one in asks],
        )
        return [Offer(_id(row), row["granted"], row["expires_at"], row["instant"]) for row in rows]

    async def leave(self, worker: WorkerId) -> None:
        await self._database.fetch(_SQL["leave_leases"], worker)

    async def note_failures(self, failures: Sequence[Failures]) -> None:
        await self._database.fetch(
            _SQL["note_failures"],
            [one.provider for one in failures],
            [one.model for one in failures],
            [one.reason for one in failures],
            [one.calls for one in failures],
            [one.usd for one in failures],
        )

    async def grant(self, *, epoch: int, decide: Decide) -> int:
        """One transaction: the pools' locks keep leaders apart, and the grants of all pools are one statement."""
        async with self._database.connection() as connection, connection.transaction():
            pools = await connection.fetch(_SQL["lock_pools"], epoch)
            if not pools:
                await self._refuse_if_fenced(connection)
                return 0
            reports: dict[int, list[tuple[asyncpg.Record, Report]]] = defaultdict(list)
            for row in await connection.fetch(_SQL["list_leases"], LEASE):
                reports[row["pool_id"]].append((row, _report(row)))
            decided = [
                (row, decide(_state(row), [one for _, one in reports[row["id"]]], row["instant"])) for row in pools
            ]
            changed: int = await connection.fetchval(
                _SQL["grant_leases"], epoch, *_pool_columns(decided), *_lease_columns(decided, reports)
            )
            return changed

    async def forget(self) -> int:
        await self._database.fetch(_SQL["forget_leases"], REMEMBERED)
        return 0

    async def overcommit(self) -> float:
        """By how many units per minute the leases promise more than they may: always zero."""
        excess: float = await self._database.value(_SQL["find_overcommit"], LEASE)
        return excess

    async def pools(self) -> list[dict[str, Any]]:
        """How each pool stands, in units per minute: agreed, in force, effective, granted and used."""
        return [dict(row) for row in await self._list()]

    async def use(self) -> list[tuple[PoolId, float]]:
        """Of each pool, what goes out over what its provider allows at the moment, from 0."""
        return [(_id(row), row["used"] / min(row["in_force"], row["effective"])) for row in await self._list()]

    async def _list(self) -> list[asyncpg.Record]:
        return await self._database.fetch(_SQL["list_pools"], LEASE)

    async def _refuse_if_fenced(self, connection: Any) -> None:
        if await connection.fetch(_SQL["list_pools"], LEASE):
            raise LeaseLost("a later leader grants the leases now")


def _ids(pools: Sequence[PoolId]) -> tuple[list[str], list[str], list[str]]:
    return [one.provider for one in pools], [one.model for one in pools], [one.unit for one in pools]


def _id(row: asyncpg.Record) -> PoolId:
    return PoolId(row["provider"], row["model"], row["unit"])


def _state(row: asyncpg.Record) -> PoolState:
    return PoolState(
        limit=PoolLimit(_id(row), row["per_minute"], row["call"]),
        in_force=row["in_force"],
        effective=Effective(row["effective"], row["bad_periods"], row["judged_at"]),
    )


def _report(row: asyncpg.Record) -> Report:
    wants = ByClass(row["wants_critical"], row["wants_high"], row["wants_normal"])
    return Report(
        Lease(row["worker_id"], wants, row["granted"], row["held"], row["renewed_at"]),
        calls=row["calls"],
        refused=row["refused"],
        limit_seen=row["limit_seen"],
    )


def _pool_columns(decided: Sequence[tuple[asyncpg.Record, Decision]]) -> tuple[list[object], ...]:
    return (
        [row["id"] for row, _ in decided],
        [one.granted.ceiling for _, one in decided],
        [one.in_force for _, one in decided],
        [one.effective.per_minute for _, one in decided],
        [one.effective.bad_periods for _, one in decided],
        [one.effective.judged_at for _, one in decided],
    )


def _lease_columns(
    decided: Sequence[tuple[asyncpg.Record, Decision]], reports: dict[int, list[tuple[asyncpg.Record, Report]]]
) -> tuple[list[object], ...]:
    rows = [
        (
            pool["id"],
            row["worker_id"],
            granted,
            report.calls if decision.judged else 0,
            report.refused if decision.judged else 0,
        )
        for pool, decision in decided
        for (row, report), granted in zip(reports[pool["id"]], decision.granted.per_minute, strict=True)
    ]
    return tuple([row[column] for row in rows] for column in range(5))
