"""Waits, within bounds, for what other processes do to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg


async def wait_for(
    connection: asyncpg.Connection[asyncpg.Record], condition: str, *, seconds: float, fail: Callable[[], str]
) -> None:
    """Until a condition on the database is true, looked at every 20 ms by the database itself."""
    try:
        async with asyncio.timeout(seconds):
            while not await connection.fetchval(f"select {condition}"):
                await connection.execute("select pg_sleep(0.02)")
    except TimeoutError:
        jobs = await connection.fetch("select state, worker_id, attempt from audio_generation_queue")
        raise AssertionError(f"never: {condition}\n{jobs}\n{fail()}") from None
