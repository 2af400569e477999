"""Waits, within bounds, for what other processes do to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection, Database


async def wait_for(
    connection: asyncpg.Connection[asyncpg.Record] | Connection,
    condition: str,
    *,
    seconds: float,
    fail: Callable[[], str],
) -> None:
    """Until a condition on the database is true, looked at every 20 ms by the database itself."""
    try:
        async with asyncio.timeout(seconds):
            while not await connection.fetchval(f"select {condition}"):
                # In a transaction the server looks once who waits, and tells the same again until that is cleared.
                await connection.execute("select pg_sleep(0.02), pg_stat_clear_snapshot()")
    except TimeoutError:
        jobs = await connection.fetch("select state, worker_id, attempt from audio_generation_queue")
        raise AssertionError(f"never: {condition}\n{jobs}\n{fail()}") from None


async def wait_until_blocked(database: Database, *, seconds: float = 10) -> None:
    """Until somebody on this database waits for a lock."""
    async with database.connection() as connection:
        blocked = (
            "exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
        )
        await wait_for(connection, blocked, seconds=seconds, fail=lambda: "nobody waits for a lock")
