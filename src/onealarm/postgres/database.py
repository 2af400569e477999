"""The connection pool, and the one clock that every statement on it obeys."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

import asyncpg

from onealarm.errors import DatabaseUnavailable
from onealarm.postgres.pooling import is_pooled
from onealarm.postgres.unreachable import FAILURES, unreachable

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = PoolConnectionProxy[asyncpg.Record]


_AWAY: Final = ("08", "25006", "40", "53", "55P03", "57")
"""Beginnings of the SQLSTATEs that may pass: connection lost, read-only after a fail-over, deadlock, out of resources
or connections, lock not to be had, cancelled or shut down (PostgreSQL documentation, appendix A)."""


class Database:
    """A pool of connections. With ``now`` given, its sessions live at that instant, not in the database's own time."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], *, now: Callable[[], datetime] | None = None) -> None:
        self._pool = pool
        self._now = now
        self._kept: Connection | None = None
        self._waiting = 0
        self._closing = False

    @classmethod
    async def connect(
        cls, url: str, *, size: int = 10, pooled: bool | None = None, now: Callable[[], datetime] | None = None
    ) -> Self:
        """Open the pool. Raises ``SetupError`` when the server cannot be reached or refuses.

        ``pooled``: behind ``url`` is a pooler that may give every transaction another session, so that no statement
        stays prepared. None: find out.
        """
        try:
            if pooled is None:
                pooled = await _find_pooler(url)
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size,
                init=_prepare if pooled else _prepare_for_long,
                reset=_tidy,
                timeout=10,
                statement_cache_size=0 if pooled else 100,
            )
        except FAILURES as error:
            raise unreachable(error) from error
        return cls(pool, now=now)

    async def close(self) -> None:
        """Waits for the blocks that are still open."""
        self._closing = True
        if self._kept is not None:
            await self._pool.release(self._kept)
            self._kept = None
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for one or more statements, each its own transaction unless the caller opens one.

        Raises ``DatabaseUnavailable`` when the server cannot be reached or the connection breaks.
        """
        try:
            connection = await self._take()
            try:
                if self._now is not None:
                    await connection.execute("select set_config('onealarm.now', $1, false)", self._now().isoformat())
                yield connection
            except BaseException:
                await self._pool.release(connection)
                raise
            if self._can_keep(connection):
                self._kept = connection
            else:
                await self._pool.release(connection)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not _may_pass(error):
                raise
            raise DatabaseUnavailable(f"the database is away ({type(error).__name__})") from error

    async def _take(self) -> Connection:
        """The connection that was kept, or one of the pool's."""
        kept, self._kept = self._kept, None
        if kept is not None:
            if not kept.is_closed():
                return kept
            await self._pool.release(kept)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    def _can_keep(self, connection: Connection) -> bool:
        """One connection that is fit and that nobody waits for is kept for the next block: to give it to the pool and
        take it back costs a third of a short statement."""
        return (
            self._kept is None
            and not self._closing  # nobody would give it back any more
            and not self._waiting
            and not connection.is_closed()
            and not connection.is_in_transaction()
        )

    @asynccontextmanager
    async def alone(self, purpose: str) -> AsyncIterator[None]:
        """While the block runs, nobody else on this database is in a block of the same purpose."""
        async with self.connection() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", purpose)
            yield

    async def server_version(self) -> str:
        """Such as ``18.4``."""
        async with self.connection() as connection:
            version = connection.get_server_version()
            return f"{version.major}.{version.micro}"  # the driver keeps the second number of today's versions there

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        async with self.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
            return rows

    async def row(self, statement: str, *arguments: object) -> asyncpg.Record | None:
        async with self.connection() as connection:
            return await connection.fetchrow(statement, *arguments)

    async def value(self, statement: str, *arguments: object) -> Any:
        async with self.connection() as connection:
            return await connection.fetchval(statement, *arguments)


async def _find_pooler(url: str) -> bool:
    connection = await asyncpg.connect(url, timeout=10, statement_cache_size=0)
    try:
        return await is_pooled(connection)
    finally:
        await connection.close()


def _may_pass(error: Exception) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith(_AWAY)
    return not isinstance(error, ValueError)  # a value that does not fit its column is not the database's fault


async def _tidy(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Between two users of a connection. No statement of ours leaves anything behind in its session but a transaction
    that was broken off, so the driver's own way, which asks the server each time, is not needed."""
    if connection.is_in_transaction():
        await connection.execute("rollback")


async def _prepare_for_long(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """For a session that is all ours. Our statements take the same plan whatever their values are, and to make it anew
    each time costs as much as the work itself. One that was made while a table was nearly empty would go on reading all
    of it while it grows, so an index is taken wherever there is one."""
    await _prepare(connection)
    await connection.execute("set plan_cache_mode = force_generic_plan; set jit = off; set enable_seqscan = off")


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
