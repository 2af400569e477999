"""Saving alarms: many in one statement, and one after the other at a steady pace."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import uuid4

from onealarm.bench.figures import percentile, rounded
from onealarm.bench.onealarm_queue import QueueSession
from onealarm.bench.server import BenchServer
from onealarm.errors import BadInput
from onealarm.ids import UserId
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.migrate import migrate
from onealarm.postgres.statements import statements

_SQL: Final = statements("onealarm_queue", package="onealarm.bench")
_CHUNK: Final = 2000
_USERS: Final = 1000
_CONNECTIONS: Final = 10
"""As the API has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many alarms in bulk; then single ones at ``rate`` per second for ``seconds``."""

    alarms: int
    rate: int
    seconds: int

    @classmethod
    def checked(cls, *, alarms: int, rate: int, seconds: int) -> Self:
        """From what was typed. Raises ``BadInput``."""
        for option, number in (("--alarms", alarms), ("--rate", rate), ("--seconds", seconds)):
            if number < 1:
                raise BadInput(option, f"{number} is less than one", "Give at least 1")
        return cls(alarms, rate, seconds)


@dataclass(frozen=True, slots=True)
class Saved:
    """``single_*_ms`` are from the intended instant to the answer, so that waiting for an earlier one counts."""

    bulk_alarms: int
    bulk_alarms_per_second: float
    single_alarms: int
    single_rate: int
    single_p50_ms: float | None
    single_p99_ms: float | None


async def measure_saving(server: BenchServer, wanted: Wanted) -> Saved:
    """Both, each in a migrated database of its own."""
    async with server.database("bench_saving_bulk") as url:
        await migrate(url)
        per_second = await _save_in_bulk(url, wanted.alarms)
    async with server.database("bench_saving_single") as url:
        await migrate(url)
        delays_ms = await _save_at_a_pace(url, wanted)
    return Saved(
        bulk_alarms=wanted.alarms,
        bulk_alarms_per_second=round(per_second, 1),
        single_alarms=len(delays_ms),
        single_rate=wanted.rate,
        single_p50_ms=rounded(percentile(delays_ms, 0.5), 2),
        single_p99_ms=rounded(percentile(delays_ms, 0.99), 2),
    )


async def _save_in_bulk(url: str, alarms: int) -> float:
    """Alarms per second, users and preferences included."""
    session = await QueueSession.open(url)
    begin = time.monotonic()
    for put in range(0, alarms, _CHUNK):
        await session.enqueue(min(_CHUNK, alarms - put))
    took = time.monotonic() - begin
    await session.close()
    return alarms / took


async def _save_at_a_pace(url: str, wanted: Wanted) -> list[float]:
    """How long each took, in milliseconds."""
    database = await Database.connect(url, size=_CONNECTIONS)
    try:
        users = [UserId(uuid4()) for _ in range(_USERS)]
        await database.fetch(_SQL["save_users"], users)
        alarms, delays_ms = PostgresAlarms(database), list[float]()
        ring = datetime.now(UTC) + timedelta(hours=12)

        async def save(number: int, intended: float) -> None:
            at = (ring + number * timedelta(seconds=1)).replace(second=0, microsecond=0)
            await alarms.create(users[number % _USERS], time=at.time().replace(tzinfo=None), date=at.date())
            delays_ms.append((time.monotonic() - intended) * 1000)

        begin = time.monotonic() + 0.1
        async with asyncio.TaskGroup() as group:
            for number in range(wanted.rate * wanted.seconds):
                intended = begin + number / wanted.rate
                await asyncio.sleep(max(0.0, intended - time.monotonic()))
                group.create_task(save(number, intended))
        return delays_ms
    finally:
        await database.close()
