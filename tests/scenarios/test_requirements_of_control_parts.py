"""E28 where the simulator has no providers: lanes and permits, taken away one at a time, each cost something.

Advance, forecast, order and ladder are taken away in tests/scenarios/test_requirements_of_control_plan.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import mean
from typing import Final

from onealarm.control.governor.lanes import LANES, Lanes
from onealarm.control.governor.pools import RENEWAL, PoolId, PoolLimit
from onealarm.ids import WorkerId
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.governed import GovernedWork
from onealarm.worker.meter import Meter
from onealarm.worker.permits import LocalWork
from tests.support.clock import VirtualClock
from tests.support.factories import make_worker
from tests.support.fleet import Fleet
from tests.support.live_fleet import alarms_at

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
SPAN: Final = 35 * SECOND
REQUESTS: Final = PoolId("acme", "talk", "requests")
CALL: Final = {REQUESTS: 1.0}
OF_AN_ALARM: Final = 5
"""Calls: a script, and four of speech."""

ONE_LANE: Final = Lanes(critical=1.0, high=1.0, normal=1.0)


async def leasing(fleet: Fleet, workers: Sequence[WorkerId], *, calls: int) -> list[Meter]:
    """Meters of workers that want as many calls a minute each, with what they are granted."""
    meters = [Meter(fleet.leases, worker=one, limits=fleet.limits, now=fleet.clock.now) for one in workers]
    for meter in meters:
        meter.serve(lambda: [({REQUESTS: float(calls)}, 3)])
    for _ in range(6):
        for meter in meters:
            await meter.renew()
        await fleet.run(RENEWAL)
    for meter in meters:
        await meter.renew()
    return meters


async def critical_waits(database: Database, clock: VirtualClock, lanes: Lanes) -> list[timedelta]:
    """Of a critical call every two seconds, while early work takes whatever it may."""
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 100.0, 1.0),))
    await fleet.start()
    [meter] = await leasing(fleet, [await make_worker(database)], calls=600)
    meter.go_by(lanes)
    waits: list[timedelta] = []
    since = None
    for step in range(1200):
        if step % 20 == 7:
            since = clock.now()
        if since is not None and meter.take(CALL, priority=1) <= timedelta():
            waits.append(clock.now() - since)
            since = None
        while meter.take(CALL, priority=5) <= timedelta():
            pass
        clock.advance(SECOND / 10)
        if step % 50 == 49:
            await meter.renew()
            await fleet.leader.run_once()
    return waits


async def test_e28_without_lanes_critical_calls_wait_behind_early_ones(database: Database, clock: VirtualClock) -> None:
    with_lanes = await critical_waits(database, clock, LANES)
    without = await critical_waits(database, clock, ONE_LANE)
    print(f"\na critical call waits {mean_of(with_lanes)} with lanes, {mean_of(without)} without")  # noqa: T201
    assert len(with_lanes) > 40
    assert mean_of(with_lanes) <= 0.1 * SECOND
    assert mean_of(without) > 3 * max(mean_of(with_lanes), 0.05 * SECOND)


def mean_of(waits: Sequence[timedelta]) -> timedelta:
    return SECOND * mean(one / SECOND for one in waits)


async def time_for_ten(database: Database, clock: VirtualClock, *, permits: bool) -> timedelta:
    """Until ten due alarms have made their calls, by two workers that each lease half of what the provider allows."""
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 120.0, 1.0),))
    await fleet.start()
    queue = PostgresQueue(database)
    workers = [await make_worker(database) for _ in range(2)]
    meters = await leasing(fleet, workers, calls=100)
    await alarms_at(database, [clock.now() + 20 * MINUTE + n * SECOND for n in range(10)])
    begun, left = clock.now(), list[int]()
    for worker, meter in zip(workers, meters, strict=True):
        time = DatabaseTime(steady=lambda: clock.now().timestamp())
        permitted = GovernedWork(meter, work=lambda: {REQUESTS: float(OF_AN_ALARM)}, span=SPAN)
        await queue.beat(worker)
        claims = Claims(queue, worker=worker, time=time, permits=permitted if permits else LocalWork())
        left.append(OF_AN_ALARM * len(await claims.claim(16)))
    assert sum(left) == 10 * OF_AN_ALARM
    while any(left):
        for number, meter in enumerate(meters):
            while left[number] and meter.take(CALL, priority=1) <= timedelta():
                left[number] -= 1
        clock.advance(SECOND / 10)
        if clock.now() >= begun + RENEWAL * (1 + (clock.now() - begun) // RENEWAL) - SECOND / 10:
            for meter in meters:
                await meter.renew()
            await fleet.leader.run_once()
    return clock.now() - begun


async def test_e28_without_permits_before_claims_one_worker_holds_what_another_could_do(
    database_url: str, database: Database, clock: VirtualClock
) -> None:
    shared = await time_for_ten(database, clock, permits=True)
    await database.fetch("delete from users")
    await database.fetch("delete from onealarm.rate_leases")
    grabbed = await time_for_ten(database, clock, permits=False)
    print(f"\nten alarms have made their calls after {shared} with permits, {grabbed} without")  # noqa: T201
    assert grabbed > 1.3 * shared, "though leases follow what is wanted, within seconds"
