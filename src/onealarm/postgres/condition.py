"""The condition of a database, whatever it is: one connection that only looks, and needs no schema to be there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import asyncpg

from onealarm.briefing.stock import StockVoice
from onealarm.errors import SetupError
from onealarm.ids import AudioId
from onealarm.pipeline.briefing import Part
from onealarm.postgres.statements import statements
from onealarm.postgres.unreachable import FAILURES, unreachable

_SQL = statements("condition")


@dataclass(frozen=True, slots=True)
class ServerLook:
    """``number`` is PostgreSQL's (150004 for 15.4); ``moved_to`` is what ``onealarm.now`` is set to, if it is."""

    version: str
    number: int
    read_only: bool
    migrated: bool
    instant: datetime
    moved_to: datetime | None


@dataclass(frozen=True, slots=True)
class AppliedMigration:
    """A migration as the database remembers it."""

    number: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class WorkLook:
    """Work that is due, how long the oldest has waited, and the workers: how many beat, and when the last did."""

    due: int
    leased: int
    oldest_due: timedelta
    living: int
    last_beat: datetime | None


@dataclass(frozen=True, slots=True)
class StockLook:
    """The stock briefing of a voice in a language, with its segments and pauses."""

    id: AudioId
    voice: StockVoice
    parts: tuple[Part, ...]


class Condition:
    """What can be seen of a database. Every method raises ``SetupError`` with what the server says against it."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, *, within: timedelta = timedelta(seconds=20)) -> AsyncIterator[Self]:
        """Connect, look, and leave. Raises ``SetupError`` when there is no connection. Each answer comes ``within``."""
        seconds = within.total_seconds()
        try:
            connection = await asyncpg.connect(url, timeout=seconds, command_timeout=seconds, statement_cache_size=0)
        except FAILURES as error:
            raise unreachable(error) from error
        try:
            yield cls(connection)
        finally:
            with suppress(*FAILURES):  # the connection is then broken off, which is all that is wanted
                await connection.close(timeout=seconds)

    async def server(self) -> ServerLook:
        with _told():
            row = await self._connection.fetchrow(_SQL["find_server"])
        assert row is not None, "it has no condition"
        return ServerLook(**row)

    async def applied(self) -> list[AppliedMigration]:
        with _told():
            return [AppliedMigration(**row) for row in await self._connection.fetch(_SQL["list_migrations"])]

    async def zone_version(self) -> str | None:
        with _told():
            version: str | None = await self._connection.fetchval(_SQL["tell_zone_version"])
        return version

    async def work(self) -> WorkLook:
        with _told():
            row = await self._connection.fetchrow(_SQL["tell_work"])
        assert row is not None, "an aggregate has one row"
        return WorkLook(**row)

    async def stock(self, engine: str) -> list[StockLook]:
        with _told():
            rows = await self._connection.fetch(_SQL["list_stock_parts"], engine)
        return [
            StockLook(
                AudioId(row["id"]),
                StockVoice(row["voice"], row["language"]),
                tuple(Part(**part) for part in json.loads(row["parts"])),
            )
            for row in rows
        ]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise SetupError(
            "The database does not answer in time",
            "See what holds it up: select * from pg_stat_activity where wait_event_type = 'Lock'",
        ) from error
    except FAILURES as error:
        raise SetupError(
            f"The database answers with an error: {error}",
            "Look into the server's log; where data are damaged or gone, restore a backup",
        ) from error
