"""A dispatch on a real database: what it claims, how it works, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from onealarm.control.schedules.order import Order, Outcome
from onealarm.errors import DatabaseUnavailable
from onealarm.events import LaneEnded
from onealarm.ids import AlarmId, WorkerId
from onealarm.jobs.deadline import deadline
from onealarm.jobs.frontier import EVERYWHERE, Stretch
from onealarm.jobs.job import Job
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from tests.support.clock import VirtualClock
from tests.support.dispatching import Dispatching
from tests.support.factories import make_alarm_in, make_user

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def alarms_in(database: Database, clock: VirtualClock, *ahead: timedelta) -> list[AlarmId]:
    user = await make_user(database)
    return [(await make_alarm_in(database, one, now=clock.now(), user_id=user)).id for one in ahead]


async def leased(database: Database) -> int:
    return int(await database.value("select count(*) from audio_generation_queue where state = 'leased'"))


async def until_made(database: Database, process: Dispatching, alarm: AlarmId) -> None:
    async with asyncio.timeout(20):
        while process.work.made[alarm] == 0:
            await database.value("select 1")


async def assert_it_left(database: Database, dispatching: Dispatching) -> None:
    """No lease, and no worker but the process's, which goes with it."""
    assert await leased(database) == 0
    assert await database.value("select count(*) from onealarm.workers where id <> $1", dispatching.process) == 0
    await dispatching.dispatcher.close()
    assert await database.value("select count(*) from onealarm.workers") == 0


@pytest.mark.parametrize(
    ("lane", "claimed"),
    [("high", 2), ("normal", 4), ("batch", 6)],
)
async def test_a_lane_claims_its_classes_to_the_second_earliest_ring_first(
    database: Database, clock: VirtualClock, lane: str, claimed: int
) -> None:
    edges = [70 * MINUTE + SECOND, 70 * MINUTE, 58 * MINUTE + SECOND, 58 * MINUTE, 25 * MINUTE + SECOND, 25 * MINUTE]
    alarms = await alarms_in(database, clock, *edges, 5 * MINUTE)
    process = Dispatching(database, clock, advance=12 * MINUTE)
    outcome = await process.dispatcher.run(Order(lane, lane, batch=10, concurrency=1))  # type: ignore[arg-type]
    assert outcome == Outcome(claimed=claimed, done=claimed)
    assert process.work.order == alarms[::-1][:claimed]
    await assert_it_left(database, process)


async def test_it_takes_no_more_than_its_batch_and_tells_what_remains(database: Database, clock: VirtualClock) -> None:
    await alarms_in(database, clock, *(n * MINUTE for n in range(10, 17)))
    process = Dispatching(database, clock)
    assert await process.dispatcher.run(Order("batch", batch=5)) == Outcome(claimed=5, done=5, remaining=2)
    [ended] = [event for event in process.seen if isinstance(event, LaneEnded)]
    assert (ended.lane, ended.claimed, ended.done, ended.remaining) == ("batch", 5, 5, 2)


async def test_a_slow_item_idles_no_other_slot(database: Database, clock: VirtualClock) -> None:
    slow, *quick = await alarms_in(database, clock, *(n * MINUTE for n in range(10, 20)))
    process = Dispatching(database, clock)
    process.work.held[slow] = asyncio.Event()
    run = asyncio.create_task(process.dispatcher.run(Order("batch", batch=10, concurrency=2)))
    await process.work.until_begun(10)
    process.work.held[slow].set()
    assert await run == Outcome(claimed=10, done=10)
    assert process.work.order == [slow, *quick]
    assert process.work.most == 2


async def test_one_that_fails_is_tried_again_and_the_others_are_done(database: Database, clock: VirtualClock) -> None:
    alarms = await alarms_in(database, clock, *(n * MINUTE for n in range(30, 35)))
    process = Dispatching(database, clock)
    process.work.fails.add(alarms[2])
    assert await process.dispatcher.run(Order("batch", batch=5)) == Outcome(claimed=5, done=4, failed=1)
    row = await database.row(
        "select state, attempt, run_after, reason from audio_generation_queue where state <> 'done'"
    )
    assert row is not None
    assert (row["state"], row["attempt"], row["reason"]) == ("waiting", 1, "told to fail")
    assert row["run_after"] > clock.now()
    await assert_it_left(database, process)


async def test_at_the_end_of_its_time_it_gives_back_what_is_unfinished(database: Database, clock: VirtualClock) -> None:
    alarms = await alarms_in(database, clock, *(n * MINUTE for n in range(30, 34)))
    process = Dispatching(database, clock)
    process.work.held = {alarm: asyncio.Event() for alarm in alarms[1:]}
    run = asyncio.create_task(process.dispatcher.run(Order("batch", batch=4, budget=timedelta(seconds=400))))
    await process.work.until_begun(4)
    await until_made(database, process, alarms[0])
    clock.advance(timedelta(seconds=380))
    assert await run == Outcome(claimed=4, done=1, released=3, remaining=3)
    rows = await database.fetch(
        "select distinct state, attempt, run_after from audio_generation_queue where state <> 'done'"
    )
    assert [tuple(row) for row in rows] == [("waiting", 0, None)]
    await assert_it_left(database, process)


async def test_it_claims_nothing_that_it_could_hardly_finish(database: Database, clock: VirtualClock) -> None:
    await alarms_in(database, clock, *(n * MINUTE for n in range(30, 34)))
    process = Dispatching(database, clock)

    async def take_25_seconds(_: object) -> None:
        clock.advance(timedelta(seconds=25))

    process.work.before = take_25_seconds
    order = Order("batch", batch=4, concurrency=1, budget=timedelta(seconds=60))
    # 54 s to work in: after the first 29 are left, where a job takes 29.4 as a rule
    assert await process.dispatcher.run(order) == Outcome(claimed=1, done=1, remaining=3)


async def test_two_dispatchers_share_the_work_and_do_nothing_twice(database: Database, clock: VirtualClock) -> None:
    alarms = await alarms_in(database, clock, *(20 * MINUTE + n * SECOND for n in range(60)))
    processes = [Dispatching(database, clock) for _ in range(2)]
    orders = [process.dispatcher.run(Order("batch", batch=20)) for process in processes for _ in range(2)]
    outcomes = await asyncio.gather(*orders)
    made = sum((process.work.made for process in processes), start=processes[0].work.made.__class__())
    assert made == dict.fromkeys(alarms, 1)
    assert sum(outcome.claimed for outcome in outcomes) == sum(outcome.done for outcome in outcomes) == 60
    assert await leased(database) == 0


async def test_a_process_that_stops_finishes_or_gives_back_and_claims_no_more(
    database: Database, clock: VirtualClock
) -> None:
    quick, stuck, waiting = await alarms_in(database, clock, *(n * MINUTE for n in range(30, 33)))
    process = Dispatching(database, clock)
    process.work.held = {quick: asyncio.Event(), stuck: asyncio.Event()}
    run = asyncio.create_task(process.dispatcher.run(Order("batch", batch=3, concurrency=2)))
    await process.work.until_begun(2)
    process.dispatcher.stop()
    process.work.held[quick].set()
    await until_made(database, process, quick)
    assert waiting not in process.work.order
    closing = asyncio.create_task(process.dispatcher.close())
    while not closing.done():
        clock.advance(SECOND)
        await database.value("select 1")
    assert await run == Outcome(claimed=2, done=1, released=1, remaining=2)
    assert await process.dispatcher.run(Order("batch")) == Outcome(remaining=2)
    await assert_it_left(database, process)


async def test_a_caller_that_goes_away_leaves_the_work_to_its_end(database: Database, clock: VirtualClock) -> None:
    [alarm] = await alarms_in(database, clock, 30 * MINUTE)
    process = Dispatching(database, clock)
    process.work.held[alarm] = asyncio.Event()
    run = asyncio.create_task(process.dispatcher.run(Order("batch")))
    await process.work.until_begun(1)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    process.work.held[alarm].set()
    await assert_it_left_after_closing(database, process)
    assert process.work.made[alarm] == 1


async def assert_it_left_after_closing(database: Database, process: Dispatching) -> None:
    async with asyncio.timeout(20):
        await process.dispatcher.close()
    await assert_it_left(database, process)


class Forgetful(PostgresQueue):
    """The queue, whose answers to claims are lost from the second on."""

    claims = 0

    async def claim(
        self,
        worker: WorkerId,
        *,
        limit: int,
        advance: timedelta = timedelta(),
        stretch: Stretch = EVERYWHERE,
        begins: bool = True,
    ) -> list[Job]:
        jobs = await super().claim(worker, limit=limit, advance=advance, stretch=stretch, begins=begins)
        self.claims += 1
        if self.claims > 1:
            raise DatabaseUnavailable("the answer was lost")
        return jobs


async def test_when_the_database_goes_away_what_is_held_is_finished_and_the_rest_goes_back(
    database: Database, clock: VirtualClock
) -> None:
    first, second = await alarms_in(database, clock, 30 * MINUTE, 31 * MINUTE)
    process = Dispatching(database, clock)
    process.dispatcher.queue = Forgetful(database)
    with pytest.raises(DatabaseUnavailable):
        await process.dispatcher.run(Order("batch", concurrency=1))
    assert process.work.made == {first: 1}
    row = await database.row("select state, attempt from audio_generation_queue where alarm_id = $1", second)
    assert row is not None
    assert tuple(row) == ("waiting", 0), "claimed by an answer that was lost, and given back by leaving"
    await assert_it_left(database, process)


async def test_it_claims_no_more_than_it_has_permits(database: Database, clock: VirtualClock) -> None:
    await alarms_in(database, clock, *(n * MINUTE for n in range(30, 36)))
    process = Dispatching(database, clock)
    process.dispatcher.permits = permits = Few(2)
    assert await process.dispatcher.run(Order("batch", batch=6, concurrency=6)) == Outcome(2, 2, remaining=4)
    permits.left = 20
    assert await process.dispatcher.run(Order("batch", batch=6, concurrency=6)) == Outcome(4, 4)
    assert permits.left == 16, "those that no job was found for came back"
    assert permits.over == 6


class Few:
    """Implements ``onealarm.worker.permits.Permits``: so many, and no more."""

    scarce = True

    def __init__(self, left: int) -> None:
        self.left = left
        self.over = 0

    async def take(self, most: int) -> int:
        taken = min(most, self.left)
        self.left -= taken
        return taken

    def give_back(self, number: int) -> None:
        self.left += number

    def ended(self, number: int) -> None:
        self.over += number


async def test_a_stream_of_critical_jobs_starves_nobody(database: Database, clock: VirtualClock) -> None:
    """As many come with 20 minutes left as can be made; one that has an hour is made in time all the same."""
    user = await make_user(database)
    patient = (await make_alarm_in(database, 58 * MINUTE, now=clock.now(), user_id=user)).id
    ring = clock.now() + 58 * MINUTE
    process = Dispatching(database, clock)
    made_at: dict[AlarmId, datetime] = {}
    for minute in range(58):
        for n in range(3):
            ahead = 20 * MINUTE + (n - 60) * SECOND
            await make_alarm_in(database, ahead, now=clock.now(), user_id=user)
        kind = "high" if minute % 2 else "batch"
        outcome = await process.dispatcher.run(Order(kind, kind, batch=3))  # type: ignore[arg-type]
        assert outcome.done == 3
        for alarm in process.work.made:
            made_at.setdefault(alarm, clock.now())
        clock.advance(MINUTE)
    assert made_at[patient] <= deadline(ring)
    assert await database.value("select min(q.ring_at) - onealarm.now() from onealarm.live_jobs q") > 5 * MINUTE
