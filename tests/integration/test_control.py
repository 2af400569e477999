"""The control plane on the real database: who leads, what is seen, what is published, and who obeys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from onealarm.bootstrap import build
from onealarm.config import load_settings
from onealarm.control.desk import Limits
from onealarm.control.emergency import Level
from onealarm.control.orders import Orders, no_orders
from onealarm.control.plan.advance import NO_ADVANCE
from onealarm.control.signals import Signals
from onealarm.events import ControlDecided, Event, Events, LevelChanged
from onealarm.ids import UserId, WorkerId
from onealarm.jobs.report import WorkerReport
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.leading import EVERY, LEASE, Leading
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.follower import Follower
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_user, make_worker

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass
class Leader:
    """One control process, moved by hand."""

    leading: Leading
    controller: Controller
    events: list[Event]

    async def look(self) -> int:
        await self.leading.run_once()
        return await self.controller.run_once()


def leader(database: Database, clock: VirtualClock, limits: Limits | None = None) -> Leader:
    seen: list[Event] = []
    holder = WorkerId(uuid4())
    leading = Leading(PostgresLeadership(database), holder=holder, steady=lambda: clock.now().timestamp())
    controller = Controller(
        PostgresControl(database), leading=leading, limits=limits or Limits(), events=Events([seen.append])
    )
    return Leader(leading, controller, seen)


async def beat(database: Database, worker: WorkerId, *, slots: int = 8, done: int = 0, worked: float = 0) -> None:
    report = WorkerReport(slots, 0, done, 0, timedelta(seconds=worked))
    await PostgresQueue(database).beat(worker, report=report)


async def orders_of(database: Database) -> Orders:
    posted = await PostgresControl(database).read_orders()
    assert posted is not None
    return posted[0]


async def test_r19_another_leads_within_15_seconds_and_the_old_ones_writes_are_refused(
    database: Database, clock: VirtualClock
) -> None:
    await make_worker(database)
    old, new = leader(database, clock), leader(database, clock)
    await old.look()
    await new.look()
    assert (old.leading.epoch, new.leading.epoch) == (1, None)
    died_at = clock.now()
    while new.leading.epoch is None:
        clock.advance(EVERY)
        await new.leading.run_once()
        assert clock.now() - died_at <= 15 * SECOND
    assert new.leading.epoch == 2
    assert old.leading.epoch is None, "it knows by its own clock that its lease is over"
    control = PostgresControl(database)
    await new.controller.run_once()
    assert not await control.publish(
        replace(no_orders(clock.now()), plan=replace(NO_ADVANCE, epoch=1, seconds=(60,)), reason="stale")
    )
    assert (await orders_of(database)).plan.epoch == 2
    await control.note_change(epoch=1, before=Level.NORMAL, after=Level.SHORT, cause="signals", signals=Signals())
    assert await control.changes() == []


async def test_a_leader_that_resigns_is_followed_at_once_and_a_lapsed_one_begins_a_new_epoch(
    database: Database, clock: VirtualClock
) -> None:
    one, other = leader(database, clock), leader(database, clock)
    await one.look()
    await one.leading.resign()
    await other.look()
    assert other.leading.epoch == 2
    clock.advance(LEASE)
    await other.look()
    assert other.leading.epoch == 3, "somebody else may have led meanwhile"


async def test_the_snapshot_counts_what_is_released_by_class_and_what_is_in_work(
    database: Database, clock: VirtualClock
) -> None:
    user = await make_user(database)
    for minutes in (-1, 10, 25, 26, 58, 59, 60, 100):
        await make_alarm_in(database, max(minutes, 1) * MINUTE, now=clock.now(), user_id=user)
    clock.advance(SECOND)
    worker = await make_worker(database)
    [job] = await PostgresQueue(database).claim(worker, limit=1)
    await beat(database, worker, slots=4, done=7, worked=21)
    snapshot = await PostgresControl(database).look(advance=2 * MINUTE)
    queue = snapshot.queue
    assert snapshot.now == clock.now()
    assert (queue.critical, queue.high, queue.normal, queue.leased) == (2, 2, 2, 1)
    assert queue.earliest_ring == job.ring_at + 9 * MINUTE
    assert snapshot.workers == [(worker, WorkerReport(4, 0, 7, 0, 21 * SECOND))]
    clock.advance(16 * SECOND)
    assert (await PostgresControl(database).look(advance=timedelta())).workers == [], "it does not beat"


@pytest.mark.parametrize(("zone", "share"), [("Asia/Tokyo", 0.0), ("America/New_York", 1.0)])
async def test_the_peak_is_the_users_morning_not_the_servers(
    database: Database, clock: VirtualClock, zone: str, share: float
) -> None:
    user = await make_user(database, timezone=zone)
    ring = clock.now() + 65 * MINUTE  # 08:05 in New York, 22:05 in Tokyo
    hours = {"Asia/Tokyo": 9, "America/New_York": -5}[zone]
    local = (ring + timedelta(hours=hours)).replace(tzinfo=None)
    await make_alarm(database, user_id=user, wall_time=local.time(), day=local.date(), timezone=zone)
    snapshot = await PostgresControl(database).look(advance=timedelta())
    assert snapshot.queue.peak_share == share


async def alarms_at(database: Database, clock: VirtualClock, minutes: int, *, count: int) -> None:
    """So many jobs whose ring is in ``minutes``."""
    await database.fetch(
        "insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)"
        " select gen_random_uuid(), gen_random_uuid(), $1, $1::timestamptz - onealarm.lead()"
        " from generate_series(1, $2::int)",
        clock.now() + minutes * MINUTE,
        count,
    )


async def test_a_wave_that_is_too_high_is_begun_early_by_all_workers_and_no_earlier_than_needed(
    database: Database, clock: VirtualClock
) -> None:
    worker, other = await make_worker(database), leader(database, clock)
    await beat(database, worker, slots=5)
    await alarms_at(database, clock, 58 + 120, count=270)  # at 9 a minute half an hour's work
    await other.look()
    orders = await orders_of(database)
    assert orders.plan.at(clock.now()) == timedelta()
    assert (await PostgresQueue(database).claim(worker, limit=1)) == []
    time = DatabaseTime()
    follower = Follower(PostgresControl(database), time=time, events=Events())
    heard: list[Orders] = []
    follower.follow(heard.append)
    for _ in range(2):
        await follower.run_once()
    assert len(heard) == 1, "the second time there was nothing new"
    begun = []
    for minute in range(125):
        time.hear(clock.now())
        advance = follower.advance()
        await PostgresQueue(database).beat(worker, advance=advance)
        jobs = await PostgresQueue(database).claim(worker, limit=9, advance=advance)
        begun += [minute] * len(jobs)
        clock.advance(MINUTE)
    assert len(begun) == 270
    assert begun[0] == 121 - 30, "the last one at its time"
    assert begun[-1] == 120


async def test_r27_for_six_hours_without_a_leader_nothing_is_late(database: Database, clock: VirtualClock) -> None:
    """The leader dies at once; its one set of orders carries the fleet through an overfull morning."""
    worker = await make_worker(database)
    for minutes, count in [(120, 100), (240, 250), (300, 150), (330, 200)]:
        await alarms_at(database, clock, minutes, count=count)
    await beat(database, worker, slots=3)  # 5.4 a minute
    only = leader(database, clock)
    await only.look()
    time, margin = DatabaseTime(), []
    follower = Follower(PostgresControl(database), time=time, events=Events())
    await follower.run_once()
    rest = 0.0
    for _ in range(360):
        time.hear(clock.now())
        rest = min(rest + 5.4, 10.8)
        advance = follower.advance()
        await PostgresQueue(database).beat(worker, advance=advance)
        jobs = await PostgresQueue(database).claim(worker, limit=int(rest), advance=advance)
        rest -= len(jobs)
        margin += [job.ring_at - clock.now() for job in jobs]
        clock.advance(MINUTE)
    assert len(margin) == 700
    assert min(margin) >= 56 * MINUTE, "each began at its time or before"
    assert follower.advance() == timedelta()


async def test_r14_orders_that_have_run_out_leave_the_plain_lead(database: Database, clock: VirtualClock) -> None:
    await alarms_at(database, clock, 58 + 60, count=200)
    await beat(database, await make_worker(database), slots=1)
    await leader(database, clock).look()
    orders = await orders_of(database)
    assert len(orders.plan.seconds) == 24 * 60
    assert orders.plan.at(clock.now()) > timedelta()
    assert orders.plan.at(clock.now() + timedelta(days=1)) == timedelta()
    assert orders.plan.at(clock.now() - SECOND) == timedelta()


async def test_e25_the_ladder_is_climbed_published_told_and_audited_and_left_again(
    database: Database, clock: VirtualClock
) -> None:
    worker, one = await make_worker(database), leader(database, clock)
    await beat(database, worker, slots=1, done=0)
    await one.look()
    await alarms_at(database, clock, 50, count=1200)
    await minutes_pass(database, clock, one, worker, 2, done_each=1)
    orders = await orders_of(database)
    assert orders.level >= Level.SHORT, "most of them cannot be made in time"
    assert orders.batch == 10
    assert orders.short_share == 1.0
    [change] = await PostgresControl(database).changes()
    assert (change.before, change.after, change.cause) == (Level.NORMAL, orders.level, "signals")
    assert change.signals["due"] == 1200
    [told] = [event for event in one.events if isinstance(event, LevelChanged)]
    assert (told.before, told.after) == (0, int(orders.level))
    await database.fetch("delete from onealarm.live_jobs")
    await minutes_pass(database, clock, one, worker, 40, done_each=1)
    assert (await orders_of(database)).level == Level.NORMAL
    changes = await PostgresControl(database).changes()
    assert [int(change.after) for change in reversed(changes)] == [int(orders.level), *range(orders.level - 1, -1, -1)]


async def minutes_pass(
    database: Database, clock: VirtualClock, one: Leader, worker: WorkerId, minutes: int, *, done_each: int
) -> None:
    for minute in range(minutes):
        for _ in range(MINUTE // EVERY):
            clock.advance(EVERY)
            await one.leading.run_once()
        await beat(database, worker, slots=1, done=(minute + 1) * done_each, worked=(minute + 1) * 30.0)
        await one.look()


async def test_an_operator_overrules_the_signals_for_a_while(database: Database, clock: VirtualClock) -> None:
    worker, one = await make_worker(database), leader(database, clock)
    control = PostgresControl(database)
    until = await control.set_override(Level.BEHIND, lasts=10 * MINUTE, why="a drill")
    assert until == clock.now() + 10 * MINUTE
    await one.look()
    assert (await orders_of(database)).level == Level.BEHIND
    [change] = await control.changes()
    assert change.cause == "override"
    await control.set_override(None, lasts=MINUTE, why="enough")
    assert await control.read_override() is None
    await minutes_pass(database, clock, one, worker, 15, done_each=0)
    assert (await orders_of(database)).level == Level.NORMAL


async def test_a_new_leader_stands_where_the_old_one_left_the_ladder(database: Database, clock: VirtualClock) -> None:
    await make_worker(database)
    control = PostgresControl(database)
    await control.set_override(Level.SHORT, lasts=MINUTE, why="a drill")
    one, other = leader(database, clock), leader(database, clock)
    await one.look()
    await one.leading.resign()
    clock.advance(MINUTE)
    await beat(database, await make_worker(database))
    await other.look()
    assert (await orders_of(database)).level == Level.SHORT, "it is left a rung at a time"


async def test_nobody_alive_is_the_last_level_and_calls_somebody(database: Database, clock: VirtualClock) -> None:
    one = leader(database, clock)
    await one.look()
    assert (await orders_of(database)).level == Level.SILENT
    [told] = [event for event in one.events if isinstance(event, ControlDecided)]
    assert told.shortfall is None


async def test_slots_are_asked_for_ahead_of_the_wave_and_shared_evenly(database: Database, clock: VirtualClock) -> None:
    workers: Sequence[WorkerId] = [await make_worker(database) for _ in range(2)]
    one = leader(database, clock, Limits(most_slots=200))
    await one.look()
    await alarms_at(database, clock, 58 + 30, count=6000)  # within an hour: 100 a minute
    for worker in workers:
        await beat(database, worker, slots=10, done=10, worked=300)
    clock.advance(SECOND)
    await one.look()
    orders = await orders_of(database)
    assert orders.desired_slots == pytest.approx(6000 / 31 * 0.5 / 0.8, rel=0.05)
    assert orders.slots_per_worker == -(-orders.desired_slots // 2)


async def test_plans_lie_on_the_instant_of_the_database(database: Database, clock: VirtualClock) -> None:
    before: datetime = clock.now()
    await leader(database, clock).look()
    orders = await orders_of(database)
    assert (orders.made_at, orders.plan.starts_at) == (before, before)


async def test_only_as_many_are_shortened_as_need_be_and_by_turns(database: Database, clock: VirtualClock) -> None:
    await beat(database, await make_worker(database), slots=1)
    await alarms_at(database, clock, 58 + 8, count=144)  # until they are late 1.8 a minute can be begun for an hour
    await leader(database, clock).look()
    orders = await orders_of(database)
    assert orders.level == Level.SHORT
    assert 0 < orders.short_share < 1
    left = 144 * (1 - 0.57 * orders.short_share)
    assert left == pytest.approx(59 * 1.8, abs=1), "in the minutes until it is too late"
    follower = Follower(PostgresControl(database), time=DatabaseTime(), events=Events())
    users = [UserId(uuid4()) for _ in range(2000)]
    today = clock.now().date()
    assert {follower.tier(user, on=today, ring_at=clock.now() + 40 * MINUTE) for user in users} == {"full"}, (
        "nothing is ordered yet"
    )
    await follower.run_once()
    short = sum(follower.tier(user, on=today, ring_at=clock.now() + 40 * MINUTE) == "short" for user in users) / len(
        users
    )
    assert short == pytest.approx(orders.short_share, abs=0.05)


async def test_what_the_operator_agreed_with_a_provider_is_granted_by_whoever_leads(
    database_url: str, clock: VirtualClock, tmp_path: Path
) -> None:
    settings = load_settings(
        ONEALARM_HOME=str(tmp_path), ONEALARM_PROCESSES="1", ONEALARM_LIMITS="openai/tts-1:requests=500"
    )
    async with build(settings, database_url, now=clock.now, stock=()) as parts:
        pools = "select model, unit, per_minute, epoch from onealarm.rate_pools"
        assert [tuple(row) for row in await parts.database.fetch(pools)] == [("tts-1", "requests", 500, 0)]
        for service in parts.leadership:
            await service.run_once()
        assert [row["epoch"] for row in await parts.database.fetch(pools)] == [parts.leading.epoch]
