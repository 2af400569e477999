"""The pool: a session is kept for the next statement, and never one that is unfit or that somebody waits for."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from onealarm.errors import DatabaseUnavailable
from onealarm.postgres.database import Database

PROCESS = "select pg_backend_pid()"


async def test_statements_one_after_the_other_share_a_session(database: Database) -> None:
    assert len({await database.value(PROCESS) for _ in range(5)}) == 1


async def test_many_at_once_share_one_session_and_all_get_their_turn(database_url: str) -> None:
    database = await Database.connect(database_url, size=1)
    async with asyncio.timeout(20):
        found = await asyncio.gather(*(database.value(f"select {n} from pg_sleep(0)") for n in range(50)))
        await database.close()
    assert found == list(range(50))


async def test_a_session_that_was_cut_off_is_replaced(database: Database, database_url: str) -> None:
    other = await Database.connect(database_url, size=1)
    process = await other.value(PROCESS)
    assert await database.value("select pg_terminate_backend($1, 10000)", process)
    for _ in range(2):
        with suppress(DatabaseUnavailable):  # whoever is the first to notice, at the farewell or at the end of the line
            await other.value(PROCESS)
    assert await other.value(PROCESS) != process
    await other.close()


async def test_a_session_whose_block_failed_or_left_its_transaction_open_is_tidied(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("begin; create temporary table left_open (id int) on commit drop")
    with pytest.raises(asyncpg.UndefinedTableError):
        await database.value("select count(*) from left_open")
    with suppress(ZeroDivisionError):
        async with database.connection() as connection:
            await connection.execute("begin; create temporary table left_open (id int) on commit drop")
            raise ZeroDivisionError
    with pytest.raises(asyncpg.UndefinedTableError):
        await database.value("select count(*) from left_open")


async def test_a_block_that_ends_while_the_pool_is_closed_gives_its_connection_back(database_url: str) -> None:
    database = await Database.connect(database_url)
    async with database.connection() as connection:
        closing = asyncio.ensure_future(database.close())
        assert await connection.fetchval("select 1") == 1  # by the time of the answer the closing has begun
    async with asyncio.timeout(10):
        await closing
