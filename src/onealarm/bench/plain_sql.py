"""``plain-sql``: the yardstick, plain batched statements of our shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast
from uuid import uuid4

import asyncpg

from onealarm.bench.connecting import connected
from onealarm.bench.system import Tally
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.bench.connecting import Connection

_SQL: Final = statements("plain_sql", package="onealarm.bench")
_BETWEEN_RINGS: Final = timedelta(milliseconds=10)


class PlainSession:
    """Implements ``onealarm.bench.system.Session``; a handle is the claimed row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._worker_id = uuid4()
        self._next_ring = datetime.now(UTC)

    async def enqueue(self, jobs: int) -> None:
        rings = [self._next_ring + number * _BETWEEN_RINGS for number in range(jobs)]
        self._next_ring = rings[-1] + _BETWEEN_RINGS
        alarms, users = [uuid4() for _ in rings], [uuid4() for _ in rings]
        await self._connection.execute(_SQL["enqueue"], alarms, users, rings)

    async def claim(self, most: int) -> Sequence[object]:
        return await self._connection.fetch(_SQL["claim"], most, self._worker_id)

    async def complete(self, handles: Sequence[object]) -> int:
        rows = cast("Sequence[asyncpg.Record]", handles)
        ids, tokens = [row["id"] for row in rows], [row["lease_token"] for row in rows]
        status = await self._connection.execute(_SQL["complete"], ids, tokens)
        return int(status.rpartition(" ")[2])

    async def close(self) -> None:
        await self._connection.close()


@dataclass(frozen=True, slots=True)
class PlainSql:
    """Implements ``onealarm.bench.system.System``."""

    name: str = "plain-sql"

    async def prepare(self, url: str) -> str:
        async with connected(url) as connection:
            await connection.execute(_SQL["create_tables"])
        return "asyncpg " + asyncpg.__version__

    async def open_session(self, url: str) -> PlainSession:
        return PlainSession(await asyncpg.connect(url))

    async def tally(self, url: str) -> Tally:
        async with connected(url) as connection:
            row = await connection.fetchrow(_SQL["count_jobs"])
        assert row is not None, "a count always has a row"
        return Tally(**row)
