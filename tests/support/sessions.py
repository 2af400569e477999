"""Two at once: sessions whose transactions stay open, and the proof that one really waits for the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from onealarm.postgres.database import Database
from tests.support.waiting import wait_for

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

A = TypeVar("A")
B = TypeVar("B")


class Session(Database):
    """A database of one connection, so that all calls on it belong to the transaction that is open there."""

    def __init__(self, connection: Connection) -> None:
        self.raw = connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        yield self.raw

    @property
    def pid(self) -> int:
        return self.raw.get_server_pid()


@asynccontextmanager
async def session(database: Database) -> AsyncIterator[Session]:
    """A session at the instant at which it is opened."""
    async with database.connection() as connection:
        yield Session(connection)


async def until_blocked(database: Database, waiter: Session, *, by: Session) -> None:
    """Until the database itself says that ``waiter`` waits for a lock of ``by``."""
    async with database.connection() as watcher:
        await wait_for(
            watcher,
            f"{by.pid} = any (pg_blocking_pids({waiter.pid}))",
            seconds=20,
            fail=lambda: "it was not held up",
        )


async def one_behind_the_other(
    database: Database, first: Session, does: Coroutine[Any, Any, A], second: Session, wants: Coroutine[Any, Any, B]
) -> tuple[A, B | Exception]:
    """``second`` begins while the transaction of ``first`` is open, waits for it, and goes on when it is committed.

    Returns what each returned, or what the second raised.
    """
    async with first.raw.transaction():
        done = await does
        waiting = asyncio.create_task(wants)
        await until_blocked(database, second, by=first)
    [after] = await asyncio.gather(waiting, return_exceptions=True)
    if isinstance(after, BaseException) and not isinstance(after, Exception):
        raise after
    return done, after
