"""R06, R07, R09, R10 and R14: when work begins, in which order, how often, and what is written for it."""

from __future__ import annotations

import asyncio
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from statistics import median
from typing import Final
from uuid import uuid4

import pytest

from onealarm.control.desk import Limits
from onealarm.control.orders import no_orders
from onealarm.control.plan.advance import AdvancePlan
from onealarm.events import Events
from onealarm.ids import AlarmId, WorkerId
from onealarm.jobs.deadline import LEAD
from onealarm.jobs.job import Job
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.leading import Leading
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.follower import Follower
from onealarm.worker.waking import LONGEST, Waking
from tests.integration.test_worker_at_work import idle, now, on_duty, shift
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker
from tests.support.leaping_loop import LoopClock, leaping_database, run_leaping
from tests.support.live_fleet import LiveFleet, alarms_at

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
async def present(database_url: str) -> AsyncIterator[Database]:
    """A pool in the database's own time."""
    pool = await Database.connect(database_url)
    yield pool
    await pool.close()


TICKS: Final = (30, 60, 120, 300)


def test_r06_work_begins_within_two_seconds_of_the_plan_whatever_the_cadence(database_url: str) -> None:
    """The window opens by the plan and, every two minutes, by a new plan of which the workers hear a little later."""
    by_tick = run_leaping(_offsets(database_url))
    assert tuple(by_tick) == TICKS
    for offsets in by_tick.values():
        assert len(offsets) >= 25
        assert min(offsets) >= timedelta(milliseconds=-1), "never before the plan"
        assert median(one.total_seconds() for one in offsets) <= 2
        assert sorted(offsets)[math.ceil(0.99 * len(offsets)) - 1] <= 30 * SECOND


async def _offsets(url: str) -> dict[int, list[timedelta]]:
    """From the planned instant to the claim, by the tick that held then."""
    clock, spell = LoopClock(), 2 * MINUTE
    async with leaping_database(url, clock) as database:
        begin = clock.now()
        await alarms_at(database, [begin + LEAD + n * 5 * SECOND for n in range(1, 300)])
        fleet = LiveFleet(database, clock, slots=300, workers=1, longest=LONGEST)
        fleet.services.remove(fleet.controller)
        published: list[tuple[datetime, AdvancePlan]] = []
        async with fleet.at_work():
            for number, tick in enumerate(TICKS):
                await clock.until(begin + number * spell)
                while (epoch := fleet.leading.epoch) is None:
                    await clock.sleep(SECOND)
                seconds = [100 * number + 30 * minute for minute in range(60)]
                plan = AdvancePlan(epoch, begin, begin + 60 * MINUTE, tuple(seconds))
                orders = replace(no_orders(clock.now()), plan=plan, tick=tick * SECOND)
                assert await fleet.control.publish(orders)
                published.append((clock.now(), plan))
            await clock.until(begin + len(TICKS) * spell)
            begun = list(fleet.work.begun)
    reaches = _reaches(begin, published, lasts=len(TICKS) * spell)
    found: dict[int, list[timedelta]] = {tick: [] for tick in TICKS}
    for job in begun:
        tick = TICKS[min((job.claimed_at - begin) // spell, len(TICKS) - 1)]
        found[tick].append(job.claimed_at - (begin + bisect_left(reaches, job.ring_at) * SECOND / 10))
    return found


def _reaches(begin: datetime, published: list[tuple[datetime, AdvancePlan]], *, lasts: timedelta) -> list[datetime]:
    """How far the last plan that was published has claims reach, at each tenth of a second. It never shrinks here."""
    found = []
    for tenths in range(10 * (lasts // SECOND) + 1):
        at = begin + tenths * SECOND / 10
        advance = next((plan.at(at) for since, plan in reversed(published) if since <= at), timedelta())
        found.append(at + LEAD + advance)
    assert found == sorted(found)
    return found


async def test_r07_no_row_is_written_for_priority_or_plan(database: Database, clock: VirtualClock) -> None:
    """Twenty plans in forty minutes, in which jobs go from no class to 5, 3 and 1, and the window opens."""
    user = await make_user(database)
    for minutes in range(26, 126):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now(), user_id=user)
    classes = "select q.priority, count(*) as n from audio_generation_queue q group by q.priority"
    queue, control, worker = PostgresQueue(database), PostgresControl(database), await make_worker(database)
    leading = Leading(PostgresLeadership(database), holder=WorkerId(uuid4()), steady=lambda: clock.now().timestamp())
    controller = Controller(control, leading=leading, limits=Limits(), events=Events())
    follower = Follower(control, time=DatabaseTime(steady=lambda: clock.now().timestamp()), events=Events())
    at_first = {row["priority"]: row["n"] for row in await database.fetch(classes)}
    before = await written(database)
    for _ in range(20):
        await queue.beat(worker)
        await leading.run_once()
        await controller.run_once()
        await follower.run_once()
        clock.advance(2 * MINUTE)
    changed = await written(database) - before
    assert follower.orders is not None
    assert at_first != {row["priority"]: row["n"] for row in await database.fetch(classes)}
    assert set(changed) <= {"plans", "leaders", "workers", "level_changes"}
    assert changed["plans"] == 20, "a plan is one row"


async def written(database: Database) -> Counter[str]:
    """Rows inserted, updated and deleted so far, by table."""
    await database.fetch("select pg_stat_force_next_flush()")
    await database.fetch("select pg_stat_clear_snapshot()")
    rows = await database.fetch(
        "select relname, n_tup_ins + n_tup_upd + n_tup_del as rows from pg_stat_user_tables where relname <> 'alarms'"
    )
    return Counter({row["relname"]: row["rows"] for row in rows})


async def test_r09_nobody_is_claimed_while_one_that_rings_earlier_has_waited_for_a_second(
    present: Database, database_url: str
) -> None:
    """Alarms are set in any order, many of them behind what two busy workers have claimed by then."""
    user, random, at = await make_user(present), Random(9), now()

    async def make(_: Job) -> None:
        await present.fetch("select pg_sleep(0.01)")

    shifts = [shift(present, database_url, slots=2, make=make) for _ in range(2)]
    async with AsyncExitStack() as stack:
        for one in shifts:
            await stack.enter_async_context(on_duty(one))
        for _ in range(4):
            for minutes in random.sample(range(10, 50), 40):
                await make_alarm_in(present, minutes * MINUTE, now=at, user_id=user)
            await until_left(present, 20)
        await until_left(present, 0)
    begun = [one.begun.get_nowait() for one in shifts for _ in range(one.begun.qsize())]
    assert len(begun) == 160
    begun.sort(key=lambda job: job.claimed_at)
    overtaken = [
        [earlier for earlier in begun[number + 1 :] if earlier.ring_at < job.ring_at]
        for number, job in enumerate(begun)
    ]
    assert sum(map(bool, overtaken)) > 20, "the order was put to the test"
    waited = [job.claimed_at - one.due_at for job, others in zip(begun, overtaken, strict=True) for one in others]
    assert max(waited) <= SECOND


async def until_left(database: Database, left: int) -> None:
    """Until no more than so many jobs wait or are in work."""
    async with asyncio.timeout(30):
        while await database.value("select count(*) from onealarm.live_jobs") > left:
            await database.fetch("select pg_sleep(0.01)")


async def test_r10_of_two_hundred_claimers_that_die_and_come_back_none_makes_a_briefing_twice(
    database: Database, clock: VirtualClock
) -> None:
    """A fifth of them is paused when it holds jobs, for longer than a lease; what it then publishes is refused."""
    random, user = Random(10), await make_user(database)
    queue, audio, wishes = PostgresQueue(database), PostgresAudio(database), PostgresWishes(database)
    ring = clock.now() + 30 * MINUTE
    await alarms_at(database, [ring + n * SECOND for n in range(400)])
    await make_alarm_in(database, 40 * MINUTE, now=clock.now(), user_id=user)
    ready: Counter[AlarmId] = Counter()
    paused: list[Job] = []

    async def publish(job: Job) -> bool:
        version = (await wishes.load(job)).version
        accepted = await audio.start(job, voice="alloy") and await audio.publish(
            job, briefing_saying(f"job {job.id}"), version=version
        )
        ready[job.alarm_id] += accepted
        return accepted

    async def work(worker: WorkerId) -> None:
        while jobs := await queue.claim(worker, limit=3):
            if random.random() < 0.2:
                paused.extend(jobs)
                return
            for job in jobs:
                assert await publish(job)

    await asyncio.gather(*[work(await make_worker(database)) for _ in range(200)])
    assert len(paused) > 30
    rescuer = await make_worker(database)
    for _ in range(4):
        clock.advance(5 * SECOND)
        await queue.beat(rescuer)
    assert await queue.rescue(rescuer) == len(paused)
    late = asyncio.gather(*[publish(job) for job in paused])
    while jobs := await queue.claim(rescuer, limit=3):
        for job in jobs:
            assert await publish(job)
    assert not any(await late), "they were others' by then"
    assert (len(ready), set(ready.values())) == (401, {1})
    assert await database.value("select count(*) from audio where status = 'ready'") == 401
    assert await database.value("select count(*) from audio_generation_queue where state = 'done'") == 401


async def test_r14_what_is_set_20_minutes_ahead_is_begun_within_two_seconds_while_the_tick_is_five_minutes(
    present: Database, database_url: str
) -> None:
    user = await make_user(present)
    tick = timedelta(seconds=300)
    one = shift(present, database_url, waking=Waking(first=tick, longest=tick))
    async with on_duty(one):
        for _ in range(5):
            await idle(one)
            alarm = await make_alarm_in(present, 20 * MINUTE, now=now(), user_id=user)
            job = await one.next_begun()
            assert job.alarm_id == alarm.id
            assert job.claimed_at - job.due_at <= 2 * SECOND
