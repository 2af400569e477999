"""How many jobs a firing takes where its schedule does not say: by the load, by the time that work takes, by orders."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from prometheus_client import CollectorRegistry, generate_latest

from onealarm.control.orders import no_orders
from onealarm.control.schedules.order import Order
from onealarm.events import CallEnded, Events, JobDone, LaneEnded, LaneFired
from onealarm.postgres.database import Database
from onealarm.telemetry.lane_metrics import MOST_LANES, OTHERS, LaneMetrics
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.follower import Follower
from tests.support.clock import VirtualClock
from tests.support.dispatching import Dispatching

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def jobs_wait(database: Database, clock: VirtualClock, count: int) -> None:
    await database.fetch("delete from onealarm.live_jobs")
    await database.fetch(
        "insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)"
        " select gen_random_uuid(), gen_random_uuid(), $1, $1::timestamptz - onealarm.lead()"
        " from generate_series(1, $2::int)",
        clock.now() + 50 * MINUTE,
        count,
    )


def adaptive(database: Database, clock: VirtualClock) -> Dispatching:
    """Nobody leads."""
    process = Dispatching(database, clock)
    process.ordered = None
    return process


async def claimed(process: Dispatching) -> int:
    return (await process.dispatcher.run(Order("lane"))).claimed


async def test_a_firing_takes_ten_above_a_thousand_due_and_five_otherwise(
    database: Database, clock: VirtualClock
) -> None:
    process = adaptive(database, clock)
    for due, size in [(20, 5), (1001, 10), (800, 10), (799, 5)]:
        await jobs_wait(database, clock, due)
        assert await process.batch.size() == size
    assert await claimed(process) == 5


def took(seconds: int) -> JobDone:
    return JobDone(1, uuid4(), 1, tier="full", took=seconds * SECOND, slack=MINUTE, sections=())


async def test_above_five_minutes_of_mean_work_it_halves_once_a_minute_and_grows_again(
    database: Database, clock: VirtualClock
) -> None:
    process = adaptive(database, clock)
    await jobs_wait(database, clock, 1001)
    sizes = []
    for seconds in (301, 301, 301, 10, 10, 10):
        for _ in range(5):
            process.batch(took(seconds))
        sizes += [await process.batch.size(), await process.batch.size()]
        clock.advance(9 * MINUTE)
    assert sizes == [5, 5, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5], "by half, to a fifth at the least, and back by a tenth"


async def test_refused_calls_count_as_too_slow(database: Database, clock: VirtualClock) -> None:
    process = adaptive(database, clock)
    await jobs_wait(database, clock, 1001)
    for _ in range(5):
        process.batch(took(10))
        process.batch(CallEnded("acme", "talk", "refused", took=SECOND, units=1.0))
    assert await process.batch.size() == 5


async def test_who_says_how_many_gets_so_many_and_the_leader_goes_before_the_rule(
    database: Database, clock: VirtualClock
) -> None:
    process = adaptive(database, clock)
    await jobs_wait(database, clock, 40)
    assert (await process.dispatcher.run(Order("lane", batch=7))).claimed == 7
    process.ordered = 9
    assert await claimed(process) == 9
    ended = [event.batch for event in process.seen if isinstance(event, LaneEnded)]
    assert ended == [7, 9]


async def test_orders_that_are_old_are_no_orders(clock: VirtualClock) -> None:
    time = DatabaseTime(steady=lambda: clock.now().timestamp())
    time.hear(clock.now())
    follower = Follower(object(), time=time, events=Events())  # type: ignore[arg-type]  # nothing is read
    assert (follower.batch(), follower.hurry()) == (None, None)
    follower.orders = no_orders(clock.now())
    assert (follower.batch(), follower.hurry()) == (5, None)
    clock.advance(5 * MINUTE + SECOND)
    assert follower.batch() is None


def test_lanes_are_counted_by_name_and_those_beyond_thirty_together() -> None:
    registry = CollectorRegistry()
    metrics = LaneMetrics(registry)
    for n in range(MOST_LANES + 5):
        metrics(LaneFired(f"lane-{n}", late=SECOND))
    metrics(LaneEnded("lane-0", batch=7, claimed=6, done=3, failed=2, released=1, remaining=4, took=SECOND))
    text = generate_latest(registry).decode()
    for line in (
        'onealarm_lane_firings_total{lane="lane-0"} 1.0',
        f'onealarm_lane_firings_total{{lane="{OTHERS}"}} 5.0',
        'onealarm_lane_late_seconds{lane="lane-0"} 1.0',
        'onealarm_lane_jobs_total{lane="lane-0",outcome="done"} 3.0',
        'onealarm_lane_jobs_total{lane="lane-0",outcome="failed"} 2.0',
        'onealarm_lane_jobs_total{lane="lane-0",outcome="released"} 1.0',
        'onealarm_lane_batch_size{lane="lane-0"} 7.0',
        'onealarm_lane_remaining{lane="lane-0"} 4.0',
    ):
        assert line in text
    assert text.count("onealarm_lane_firings_total{") == MOST_LANES + 1
