"""The jobs of a run in the database: put in at their instants, and looked for at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, Self, TypeVar
from uuid import UUID, uuid4

from onealarm.bench.endurance.tally import Row
from onealarm.errors import DatabaseUnavailable, OneAlarmError
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL: Final = statements("jobs", package="onealarm.bench.endurance")

AHEAD: Final = timedelta(minutes=10)
"""From when a job is due to its ring: it does not come while the job may still wait for its worker's death."""

_BETWEEN_TRIES: Final = 0.1
_LONGEST_AWAY: Final = timedelta(minutes=2)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Dead rows of live and of ended jobs, and bytes of the live ones' table with its indexes."""

    live_dead: int
    ended_dead: int
    live_bytes: int


class Jobs:
    """``alarms`` are those that were put in, each by the alarm that it was put in with."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.alarms: set[UUID] = set()

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        database = await Database.connect(url, size=4)
        try:
            yield cls(database)
        finally:
            await database.close()

    async def put(self, due: Sequence[datetime]) -> None:
        """Put in a job for each instant, once, whatever happens to the server meanwhile. Returns when all are in."""
        alarms = [uuid4() for _ in due]
        values = (alarms, [uuid4() for _ in due], due, AHEAD)
        try:
            await self._database.fetch(_SQL["put_jobs"], *values)
        except DatabaseUnavailable:
            await _insist(lambda: self._database.fetch(_SQL["put_missing_jobs"], *values))
        self.alarms.update(alarms)

    async def live(self) -> int:
        count: int = await _insist(lambda: self._database.value(_SQL["count_live_jobs"]))
        return count

    async def sizes(self) -> Sizes:
        """Raises ``DatabaseUnavailable``: a figure that comes later is another one."""
        row = await self._database.row(_SQL["read_sizes"])
        assert row is not None, "an aggregate has one row"
        return Sizes(**row)

    async def rows(self) -> tuple[list[Row], list[datetime]]:
        """All jobs, and when those that have ended did."""
        found = await _insist(lambda: self._database.fetch(_SQL["read_jobs"]))
        rows = [Row(row["id"], row["alarm_id"], row["state"]) for row in found]
        return rows, [row["finished_at"] for row in found if row["finished_at"] is not None]

    async def pin_snapshot(self) -> None:
        """Hold a transaction open until cancelled; a new one where the server has ended it."""
        while True:
            try:
                async with (
                    self._database.connection() as connection,
                    connection.transaction(isolation="repeatable_read"),
                ):
                    while True:
                        await connection.fetchval(_SQL["take_snapshot"])
                        await asyncio.sleep(1)
            except DatabaseUnavailable:
                await asyncio.sleep(_BETWEEN_TRIES)


async def _insist(ask: Callable[[], Awaitable[T]]) -> T:
    until = monotonic() + _LONGEST_AWAY.total_seconds()
    while True:
        try:
            return await ask()
        except DatabaseUnavailable as error:
            if monotonic() > until:
                raise OneAlarmError(f"the server did not come back within {_LONGEST_AWAY}") from error
            await asyncio.sleep(_BETWEEN_TRIES)
