"""Jobs that are not due: whether a claim gets slower by how many of them wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from onealarm.bench.connecting import connected
from onealarm.bench.figures import percentile, rounded
from onealarm.bench.fill import put_in_due, put_in_waiting
from onealarm.bench.server import BenchServer
from onealarm.errors import BadInput
from onealarm.ids import WorkerId
from onealarm.postgres.database import Database
from onealarm.postgres.migrate import migrate
from onealarm.postgres.queue import PostgresQueue

if TYPE_CHECKING:
    from onealarm.bench.connecting import Connection

_CHUNK: Final = 100_000
_MOST: Final = 50_000_000

CLAIMS: Final = 200
JOBS: Final = 100
"""In each claim."""


@dataclass(frozen=True, slots=True)
class WithWaiting:
    """Claims of ``JOBS`` due jobs each, with so many others waiting behind them."""

    waiting: int
    claim_p50_ms: float | None
    claim_p99_ms: float | None


def checked(text: str) -> list[int]:
    """Numbers of waiting jobs, as typed. Raises ``BadInput``."""
    try:
        numbers = [int(word) for word in text.split(",")]
    except ValueError as error:
        raise BadInput("--waiting", f"{text!r} are not numbers", "Give some like 1000000,10000000") from error
    for number in numbers:
        if not 0 <= number <= _MOST:
            raise BadInput("--waiting", f"{number} is not possible", f"Give 0 to {_MOST}")
    return sorted(numbers)


async def measure_waiting(
    server: BenchServer, waiting: Sequence[int], *, progress: Callable[[str], None]
) -> list[WithWaiting]:
    """For each number, in one database that is filled up from one to the next."""
    found: list[WithWaiting] = []
    async with server.database("bench_waiting") as url:
        await migrate(url)
        there = 0
        async with connected(url) as connection:
            for number in waiting:
                while there < number:
                    some = min(_CHUNK, number - there)
                    await put_in_waiting(connection, some)
                    there += some
                    progress(f"{there:,} jobs wait")
                found.append(await _claims(connection, url, waiting=number))
    return found


async def _claims(connection: Connection, url: str, *, waiting: int) -> WithWaiting:
    """Claims and ends, one after the other, from the beginning of the order each time."""
    await put_in_due(connection, CLAIMS * JOBS)
    await connection.execute("vacuum (analyze) onealarm.live_jobs")
    await connection.execute("checkpoint")
    database = await Database.connect(url, size=1)
    try:
        queue, worker = PostgresQueue(database), WorkerId(uuid4())
        took_ms: list[float] = []
        for _ in range(CLAIMS):
            await queue.beat(worker)
            begin = time.perf_counter()
            jobs = await queue.claim(worker, limit=JOBS, advance=timedelta())
            took_ms.append((time.perf_counter() - begin) * 1000)
            if len(jobs) != JOBS or len(await queue.finish(jobs)) != JOBS:
                raise RuntimeError(f"{len(jobs)} jobs were claimed, of {JOBS} that were due")
    finally:
        await database.close()
    return WithWaiting(waiting, rounded(percentile(took_ms, 0.5), 3), rounded(percentile(took_ms, 0.99), 3))
