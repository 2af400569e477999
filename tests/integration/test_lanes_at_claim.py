"""Lanes at the claim: a worker whose leases are used up leaves early work waiting, and finds all of it later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final
from uuid import uuid4

import pytest

from onealarm.control.emergency import Level
from onealarm.control.governor.lanes import LANES, lanes_for
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.control.measures import measures_for
from onealarm.ids import WorkerId
from onealarm.jobs.frontier import EVERY
from onealarm.jobs.job import Job
from onealarm.jobs.priority import Priority
from onealarm.maintenance.governor import Governor
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.meter import Meter
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker

MINUTE: Final = timedelta(minutes=1)
REQUESTS: Final = PoolId("acme", "talk", "requests")
CALL: Final = {REQUESTS: 1.0}
NARROW: Final = (timedelta(minutes=-33), timedelta(), timedelta(minutes=20))
"""What the urgent lane, the due ones, and all lanes with an advance of 20 minutes reach beyond the lead."""


@dataclass
class Claiming:
    """A worker's claims, by a frontier that looks everywhere only at the beginning."""

    queue: PostgresQueue
    worker: WorkerId
    claims: Claims
    advance: list[timedelta] = field(default_factory=lambda: [timedelta()])


async def claiming(database: Database, clock: VirtualClock) -> Claiming:
    time = DatabaseTime(steady=lambda: clock.now().timestamp())
    time.hear(clock.now())
    queue, worker = PostgresQueue(database), await make_worker(database)
    await queue.beat(worker, advance=timedelta(hours=1))
    reach = [timedelta()]
    claims = Claims(queue, worker=worker, time=time, unheard=EVERY, advance=lambda: reach[0])
    return Claiming(queue, worker, claims, reach)


def ahead(job: Job) -> int:
    return round((job.ring_at - NOON) / MINUTE)


async def test_a_narrow_lane_takes_the_urgent_ones_and_a_wide_one_finds_all_that_waited(
    database: Database, clock: VirtualClock
) -> None:
    user = await make_user(database)
    for minutes in (20, 40, 57, 70, 75):
        await make_alarm_in(database, minutes * MINUTE, now=NOON, user_id=user)
    of = await claiming(database, clock)
    found = []
    for reach in (*NARROW, NARROW[0]):
        of.advance[0] = reach
        found.append([ahead(job) for job in await of.claims.claim(10)])
    assert found == [[20], [40, 57], [70, 75], []]


async def test_in_any_order_of_lanes_every_job_is_claimed_once_and_the_earliest_first(
    database: Database, clock: VirtualClock
) -> None:
    """Also jobs that come in between and those that are given back, by the hints that the database gives of them."""
    random = Random(7)
    user = await make_user(database)
    of = await claiming(database, clock)
    claimed: list[int] = []
    made = random.sample(range(10, 78), 40)
    for n, minutes in enumerate(made):
        await make_alarm_in(database, minutes * MINUTE, now=NOON, user_id=user)
        of.claims.look_everywhere()  # in the place of the hint
        if n % 4 == 3:
            of.advance[0] = random.choice(NARROW)
            for _ in range(2):
                jobs = await of.claims.claim(random.choice((1, 3)))
                assert [ahead(job) for job in jobs] == sorted(map(ahead, jobs))
                claimed += map(ahead, jobs)
    of.advance[0] = NARROW[-1]
    while jobs := await of.claims.claim(3):  # every claim takes some of the forty
        claimed += map(ahead, jobs)
    assert sorted(claimed) == sorted(made)


async def test_nothing_starves_what_waits_becomes_urgent(database: Database, clock: VirtualClock) -> None:
    await make_alarm_in(database, 50 * MINUTE, now=NOON)
    of = await claiming(database, clock)
    of.advance[0] = NARROW[0]
    assert await of.claims.claim(5) == []
    due = await of.claims.next_due()
    assert due == NOON + 25 * MINUTE, "it says when it will look again"
    for _ in range(25):
        clock.advance(MINUTE)
        await of.queue.beat(of.worker)
    assert [ahead(job) for job in await of.claims.claim(5)] == [50]


@pytest.fixture
async def leases(database: Database) -> PostgresGovernor:
    governor = PostgresGovernor(database)
    await governor.declare([PoolLimit(REQUESTS, 600.0, 1.0)])
    return governor


async def half_a_minute(meter: Meter, leader: Governor, clock: VirtualClock, *, priority: Priority, each: int) -> None:
    """For half a minute so many calls are asked for ten times a second, and as many go out as may."""
    for tenth in range(300):
        if tenth % 50 == 0:
            await meter.renew()
            await leader.run_once()
        for _ in range(each):
            meter.take(CALL, priority=priority)
        clock.advance(timedelta(seconds=0.1))


async def test_the_lane_follows_what_is_used_of_the_leases(leases: PostgresGovernor, clock: VirtualClock) -> None:
    meter = Meter(leases, worker=WorkerId(uuid4()), limits=[PoolLimit(REQUESTS, 600.0, 1.0)],
                  now=clock.now, least={REQUESTS: 1.0})  # fmt: skip
    leader = Governor(leases, epoch=lambda: 1)
    plan = timedelta(minutes=20)
    assert meter.within_lane(plan) == timedelta(minutes=-33), "nothing is leased: critical work alone"
    for _ in range(3):
        await half_a_minute(meter, leader, clock, priority=5, each=2)
    assert meter.within_lane(plan) == plan, "early work leaves room by itself"
    for _ in range(4):
        await half_a_minute(meter, leader, clock, priority=1, each=2)
    await meter.renew()
    assert meter.within_lane(plan) == timedelta(minutes=-33), "critical work uses all there is"
    for _ in range(4):
        await half_a_minute(meter, leader, clock, priority=1, each=0)
    await meter.renew()
    assert meter.within_lane(plan) == plan


async def test_without_pools_the_plan_holds(leases: PostgresGovernor, clock: VirtualClock) -> None:
    meter = Meter(leases, worker=WorkerId(uuid4()), limits=[], now=clock.now)
    assert meter.within_lane(timedelta(minutes=20)) == timedelta(minutes=20)


async def test_an_emergency_leaves_early_work_less(leases: PostgresGovernor, clock: VirtualClock) -> None:
    assert lanes_for(measures_for(Level.NORMAL)) == LANES
    crowded = lanes_for(measures_for(Level.CROWDED))
    assert (crowded.critical, crowded.high, crowded.normal) == (1.0, 0.95, 0.60)
    limits = [PoolLimit(REQUESTS, 600.0, 1.0)]
    meter = Meter(leases, worker=WorkerId(uuid4()), limits=limits, now=clock.now, least={REQUESTS: 1})
    leader = Governor(leases, epoch=lambda: 1)
    for _ in range(3):
        await half_a_minute(meter, leader, clock, priority=5, each=2)
    meter.go_by(crowded)
    assert meter.within_lane(timedelta(minutes=20)) == timedelta(), "what is used now is more than early work may"
