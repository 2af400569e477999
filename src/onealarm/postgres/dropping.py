"""Dropping segments in PostgreSQL: a row that is ``dropping`` keeps all others away until its object is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import asyncpg

from onealarm.ids import LeaseToken, SegmentKey
from onealarm.maintenance.dropping import Claims
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("dropping")


class PostgresDropping:
    """Implements the claims of ``onealarm.maintenance``: what may go, what has no row, and that it is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_unused(self, *, unused_for: timedelta, limit: int) -> Claims:
        return _claims(await self._database.fetch(_SQL["claim_unused"], unused_for, limit))

    async def claim_abandoned(self, *, limit: int) -> Claims:
        return _claims(await self._database.fetch(_SQL["claim_abandoned"], limit))

    async def claim_ownerless(self, *, unused_for: timedelta, limit: int) -> Claims:
        return await self._claim_locked(_SQL["lock_ownerless"], unused_for, limit)

    async def claim_left_behind(self, keys: Sequence[SegmentKey]) -> Claims:
        return await self._claim_locked(_SQL["lock_left_behind"], list(keys))

    async def _claim_locked(self, lock: str, *arguments: object) -> Claims:
        async with self._database.connection() as connection, connection.transaction():
            keys = [row["key"] for row in await connection.fetch(lock, *arguments)]
            return _claims(await connection.fetch(_SQL["claim_locked"], keys))

    async def claim_orphans(self, keys: Sequence[SegmentKey]) -> Claims:
        return _claims(await self._database.fetch(_SQL["claim_orphans"], list(keys)))

    async def delete_dropped(self, claims: Claims) -> int:
        return len(await self._database.fetch(_SQL["delete_dropped"], list(claims), list(claims.values())))


def _claims(rows: Iterable[asyncpg.Record]) -> Claims:
    return {SegmentKey(row["key"]): LeaseToken(row["token"]) for row in rows}
