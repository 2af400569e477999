"""E21: one hot row beside leases. What limits cost the database when each call asks it, and when workers lease.

``pytest -s`` shows the figures that stand in docs/explanation/limits-and-money.md.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Final

import pytest

from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.postgres.database import Database
from tests.scenarios.test_requirements_of_governor import writes
from tests.support.clock import VirtualClock
from tests.support.fleet import Fleet, FleetWorker

HALF_A_MINUTE: Final = timedelta(seconds=30)
WORKERS: Final = 10
RATES: Final = (10, 100, 1000)
"""Calls a second of the whole fleet."""

REQUESTS: Final = PoolId("acme", "talk", "requests")
CALL: Final = {REQUESTS: 1.0}


async def leased(database: Database, clock: VirtualClock, *, rate: int) -> tuple[float, int]:
    """Calls and row writes of half a minute, when ten workers want just so much."""
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 60 * rate / 0.8, 1.0),))
    await fleet.start()
    for _ in range(WORKERS):
        fleet.join(FleetWorker(fleet, demand=60 * rate / WORKERS, call=CALL))
    await fleet.run(timedelta(minutes=1))
    before, begun = await writes(database), clock.now()
    await fleet.run(HALF_A_MINUTE)
    return fleet.provider.total(REQUESTS, since=begun, until=clock.now()), await writes(database) - before


@pytest.mark.parametrize("rate", RATES)
async def test_e21_leases_cost_the_same_writes_whatever_the_calls(
    database: Database, clock: VirtualClock, rate: int
) -> None:
    calls, written = await leased(database, clock, rate=rate)
    print(f"\n{rate} calls/s: {calls:.0f} calls, {written} rows written with leases, {calls:.0f} with one row")  # noqa: T201
    assert calls == pytest.approx(30 * rate, rel=0.1)
    renewals_and_judgements = WORKERS * 6 + WORKERS * 2
    assert 0 < written <= renewals_and_judgements
    if rate >= 100:
        assert calls > 30 * written, "one row is written once for each call"


async def test_e21_a_call_that_asks_the_hot_row_writes_it_and_waits_for_the_others(
    database_url: str, database: Database, clock: VirtualClock
) -> None:
    """Twenty callers at once, each of whose calls takes a unit of the row; beside the same with a lease."""
    await database.fetch("create table hot_row (units double precision) with (fillfactor = 50)")
    await database.fetch("insert into hot_row values (1e9)")
    pool = await Database.connect(database_url, size=20)
    took: list[float] = []

    async def call_often() -> None:
        for _ in range(15):
            begin = perf_counter()
            await pool.fetch("update hot_row set units = units - 1 where units >= 1")
            took.append(perf_counter() - begin)

    before = await writes(database)
    await asyncio.gather(*(call_often() for _ in range(20)))
    await pool.close()
    assert await writes(database) - before == len(took) == 300
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 6e7, 1.0),))
    await fleet.start()
    worker = FleetWorker(fleet, demand=600.0, call=CALL)
    fleet.join(worker)
    await fleet.run(timedelta(minutes=1))
    clock.advance(timedelta(seconds=1))
    taken: list[float] = []
    for _ in range(300):
        begin = perf_counter()
        assert worker.meter.take(CALL, priority=1) <= timedelta()
        taken.append(perf_counter() - begin)
        clock.advance(timedelta(milliseconds=10))
    print(f"\nmedian of a call: {median(took):.6f} s with one row, {median(taken):.6f} s with a lease")  # noqa: T201
    assert median(took) > 10 * median(taken)
