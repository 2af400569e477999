"""Worker processes that are started together, watched until all work is done, and ended."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Final

from onealarm.bench.connecting import connected
from onealarm.bench.cost.population import count_open
from onealarm.bench.cost.work import Order, work
from onealarm.errors import OneAlarmError

STALLED: Final = timedelta(minutes=2)
"""Without a job that ends the work counts as stuck."""

_LOOK: Final = timedelta(milliseconds=500)
_TO_END: Final = timedelta(seconds=40)


@asynccontextmanager
async def team(order: Order, *, processes: int) -> AsyncIterator[Sequence[BaseProcess]]:
    """They work for as long as the block runs."""
    spawning = multiprocessing.get_context("spawn")
    started: list[BaseProcess] = []
    try:
        for _ in range(processes):
            started.append(spawning.Process(target=work, args=(order,), daemon=True))
            started[-1].start()
        yield started
    finally:
        for process in started:
            process.terminate()
        until = time.monotonic() + _TO_END.total_seconds()
        for process in started:
            await asyncio.to_thread(process.join, max(0.1, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


async def until_done(url: str, workers: Sequence[BaseProcess], *, told: Callable[[int], None]) -> None:
    """Until no job is open; ``told`` is how many still are. Raises ``OneAlarmError`` when nothing goes on."""
    fewest, ended_at = None, time.monotonic()
    async with connected(url) as connection:
        while left := await count_open(connection):
            told(left)
            if fewest is None or left < fewest:
                fewest, ended_at = left, time.monotonic()
            if not any(worker.is_alive() for worker in workers):
                raise OneAlarmError("all worker processes died; what they said is above")
            if time.monotonic() - ended_at > STALLED.total_seconds():
                raise OneAlarmError(f"{left} jobs are open, and none has ended for {STALLED}")
            await asyncio.sleep(_LOOK.total_seconds())
