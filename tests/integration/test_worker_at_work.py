"""The worker on the real database: hints, lost hints, jobs claimed ahead, permits, and clocks that are wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from onealarm.clock import SystemClock
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Event, Events, HintsHeard, HintsLost, ResultRefused
from onealarm.ids import WorkerId
from onealarm.jobs.frontier import EVERYWHERE, Stretch
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.database import Database
from onealarm.postgres.listener import Listener
from onealarm.postgres.queue import PostgresQueue
from onealarm.telemetry.metrics import Metrics
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.finder import Finder
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.permits import Permits
from onealarm.worker.waking import Waking
from onealarm.worker.worker import Worker, WorkerSettings
from tests.support.briefings import briefing_saying
from tests.support.factories import make_alarm_in, make_user, make_worker

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PATIENCE = 20
"""Seconds until a test gives up; less than the 30 s after which a worker looks everywhere."""


class Bench(PostgresQueue):
    """The queue, with a claim whose answer can be lost on its way."""

    loses_answers = False

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
        if self.loses_answers and jobs:
            self.loses_answers = False
            raise DatabaseUnavailable("the connection broke")
        return jobs


@dataclass
class Counted:
    """Implements ``Permits`` from a pot."""

    left: int
    over: int = 0
    scarce: bool = True
    asked: list[int] = field(default_factory=list)

    async def take(self, most: int) -> int:
        self.asked.append(most)
        taken = min(most, self.left)
        self.left -= taken
        return taken

    def give_back(self, number: int) -> None:
        self.left += number

    def ended(self, number: int) -> None:
        self.over += number


@dataclass
class Shift:
    """A worker with all that it needs, and what it did."""

    worker: Worker
    queue: Bench
    claims: Claims
    listener: Listener
    metrics: Metrics
    events: list[Event]
    begun: asyncio.Queue[Job]

    async def next_begun(self) -> Job:
        async with asyncio.timeout(PATIENCE):
            return await self.begun.get()


def shift(
    database: Database,
    url: str,
    *,
    permits: Permits | None = None,
    slots: int = 4,
    waking: Waking | None = None,
    make: Callable[[Job], Awaitable[None]] | None = None,
) -> Shift:
    queue, time, clock, seen = Bench(database), DatabaseTime(), SystemClock(), list[Event]()
    metrics = Metrics(CollectorRegistry())
    events = Events([seen.append, metrics])
    begun: asyncio.Queue[Job] = asyncio.Queue()
    worker_id = WorkerId(uuid4())

    async def work(job: Job) -> Briefing:
        begun.put_nowait(job)
        if make is not None:
            await make(job)
        await queue.finish([job])
        return briefing_saying("done")

    claims = Claims(queue, worker=worker_id, time=time, permits=permits, unheard=HOUR)
    worker = Worker(
        worker_id,
        queue=queue,
        claims=claims,
        executor=Executor(queue=queue, make=work, time=time, clock=clock, events=events, random=Random(1)),
        heartbeat=Heartbeat(queue, time=time, clock=clock, events=events),
        time=time,
        events=events,
        settings=WorkerSettings(slots=slots, drain=timedelta(seconds=5)),
    )
    worker._waking = waking or worker._waking
    listener = Listener(url, hearer=worker, clock=clock, events=events)
    return Shift(worker, queue, claims, listener, metrics, seen, begun)


@asynccontextmanager
async def on_duty(one: Shift) -> AsyncIterator[None]:
    """While the worker works and listens."""
    tasks = [asyncio.create_task(one.listener.run()), asyncio.create_task(one.worker.run())]
    try:
        await until_heard(one, times=1)
        yield
    finally:
        one.worker.stop()
        async with asyncio.timeout(PATIENCE):
            await tasks[1]
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_heard(one: Shift, *, times: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while sum(isinstance(event, HintsHeard) for event in one.events) < times:
            await one.queue.now()  # lets the rest run, and takes a moment


@pytest.fixture
async def present(database_url: str) -> AsyncIterator[Database]:
    """A pool in the database's own time."""
    pool = await Database.connect(database_url)
    yield pool
    await pool.close()


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def idle(one: Shift) -> None:
    """Until it has looked everywhere and waits."""
    async with asyncio.timeout(PATIENCE):
        while one.claims._frontier._probed_at is None or one.worker._waking._awake.is_set():
            await one.queue.now()


async def test_a_job_is_begun_because_of_its_hint(present: Database, database_url: str) -> None:
    """The worker's own pause is an hour."""
    user = await make_user(present)
    one = shift(present, database_url, waking=Waking(first=HOUR, longest=HOUR))
    async with on_duty(one):
        for minutes in (30, 20):
            await idle(one)
            alarm = await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
            assert (await one.next_begun()).alarm_id == alarm.id


async def test_a_retry_is_begun_at_its_time_because_of_its_hint(present: Database, database_url: str) -> None:
    """Behind the place of the last claim, where otherwise nobody looks before half a minute has passed."""
    user = await make_user(present)
    await make_alarm_in(present, 20 * MINUTE, now=now(), user_id=user)
    other = await make_worker(present)
    queue = PostgresQueue(present)
    [job] = await queue.claim(other, limit=1)
    one = shift(present, database_url, waking=Waking(first=HOUR, longest=HOUR))
    async with on_duty(one):
        await make_alarm_in(present, 30 * MINUTE, now=now(), user_id=user)
        assert (await one.next_begun()).ring_at > job.ring_at
        await idle(one)
        run_after = await queue.now() + timedelta(seconds=1)
        assert await queue.retry(job, run_after=run_after, reason="voice: crashed")
        again = await one.next_begun()
        assert (again.id, again.attempt) == (job.id, 2)
        assert again.claimed_at >= run_after


async def test_a_job_whose_hint_was_lost_is_found_beside_the_claims(present: Database) -> None:
    queue, time, user = PostgresQueue(present), DatabaseTime(), await make_user(present)
    worker = await make_worker(present)
    claims = Claims(queue, worker=worker, time=time, unheard=HOUR)
    claims.listen(is_heard=True)
    await make_alarm_in(present, 40 * MINUTE, now=now(), user_id=user)
    assert len(await claims.claim(10)) == 1
    behind = await make_alarm_in(present, 30 * MINUTE, now=now(), user_id=user)
    finder = Finder(queue, hear=claims.hear)
    assert await claims.claim(10) == [], "nobody said so"
    await finder.run_once()
    [found] = await claims.claim(10)
    assert found.alarm_id == behind.id
    await finder.run_once()
    assert await claims.claim(10) == []


async def test_a_listener_that_is_cut_off_is_noticed_and_what_came_meanwhile_is_found(
    present: Database, database_url: str
) -> None:
    user = await make_user(present)
    one = shift(present, database_url, waking=Waking(first=HOUR, longest=HOUR))
    heard: list[float | None] = []
    async with on_duty(one):
        await idle(one)
        one.worker._events.subscribe(
            lambda event: (
                heard.append(one.metrics.registry.get_sample_value("onealarm_hints_heard"))
                if isinstance(event, HintsHeard | HintsLost)
                else None
            )
        )
        cut = await present.value(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and query ilike 'notify%'"
        )
        assert cut == 1
        alarm = await make_alarm_in(present, 30 * MINUTE, now=now(), user_id=user)
        assert (await one.next_begun()).alarm_id == alarm.id
        await until_heard(one, times=2)
    assert heard == [0, 1]


async def attempts(database: Database) -> list[int]:
    rows = await database.fetch("select attempt from audio_generation_queue order by ring_at")
    return [row["attempt"] for row in rows]


@pytest.mark.parametrize("way", ["release", "leave", "release_unheld", "rescue"])
async def test_what_was_claimed_ahead_and_goes_back_was_no_attempt(present: Database, way: str) -> None:
    queue = PostgresQueue(present)
    user = await make_user(present)
    for minutes in (20, 30):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    worker = await make_worker(present)
    [begun] = await queue.claim(worker, limit=1)
    [ahead] = await queue.claim(worker, limit=1, begins=False)
    assert (begun.attempt, ahead.attempt) == (1, 1), "as its worker will count it"
    assert await attempts(present) == [1, 0]
    if way == "release":
        assert await queue.release(ahead)
    elif way == "leave":
        await queue.leave(worker)
    elif way == "release_unheld":
        assert await queue.release_unheld(worker, held=[begun.lease_token]) == 1
    else:
        rescuer = await make_worker(present)
        await present.fetch("update onealarm.workers set alive_since = alive_since - interval '1 minute'")
        await present.fetch("update onealarm.workers set beat_at = beat_at - interval '1 minute' where id = $1", worker)
        assert await queue.rescue(rescuer) == 2
    assert await attempts(present) == [0 if way == "leave" else 1, 0]
    assert await queue.begin([ahead]) == set(), "it is not its any more"
    [*_, again] = await queue.claim(await make_worker(present), limit=2)
    assert (again.id, again.attempt) == (ahead.id, 1)


async def test_a_job_that_was_lost_while_it_waited_ahead_is_not_begun_and_that_is_reported(
    present: Database, database_url: str
) -> None:
    user = await make_user(present)
    one = shift(present, database_url)
    for minutes in (20, 30):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    await one.queue.beat(one.worker.id)
    lost, kept = await one.queue.claim(one.worker.id, limit=2, begins=False)
    assert await one.queue.release(lost)
    await one.queue.claim(await make_worker(present), limit=1)
    one.worker._time.hear(await one.queue.now())
    one.worker._next.extend([lost, kept])
    assert await one.worker.claim_once() == 1
    await one.worker.finish()
    assert (await one.next_begun()).id == kept.id
    assert [event.job for event in one.events if isinstance(event, ResultRefused)] == [lost.id]


async def test_no_more_is_claimed_than_there_are_permits_and_nothing_ahead(
    present: Database, database_url: str
) -> None:
    user = await make_user(present)
    for minutes in range(20, 30):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    permits, go_on = Counted(3), asyncio.Event()

    async def make(_job: Job) -> None:
        await go_on.wait()

    one = shift(present, database_url, permits=permits, slots=3, make=make)
    one.worker._ahead.claimed(3600.0)
    one.worker._ahead.worked(1.0)
    assert one.worker._ahead.jobs == 3, "it would like to"
    await one.queue.beat(one.worker.id)
    assert await one.worker.claim_once() == 3
    assert await one.worker.claim_once() == 0
    leased = "select count(*) from audio_generation_queue where state = 'leased'"
    assert (permits.left, permits.asked, await present.value(leased)) == (0, [3], 3)
    go_on.set()
    await one.worker.finish()
    permits.left = 2
    assert await one.worker.claim_once() == 2
    assert permits.left == 0, "they go with the jobs that use them"
    await one.worker.finish()
    assert permits.over == 5, "and each is told of when its job has ended"


async def test_permits_that_no_job_was_found_for_are_given_back(present: Database, database_url: str) -> None:
    await make_alarm_in(present, 20 * MINUTE, now=now())
    permits = Counted(4)
    one = shift(present, database_url, permits=permits)
    await one.queue.beat(one.worker.id)
    assert await one.worker.claim_once() == 1
    assert permits.left == 3
    await one.worker.finish()


async def test_a_claim_whose_answer_is_lost_is_given_back_with_its_permits(
    present: Database, database_url: str
) -> None:
    user = await make_user(present)
    for minutes in (20, 30):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    permits = Counted(4)
    one = shift(present, database_url, permits=permits)
    await one.queue.beat(one.worker.id)
    one.queue.loses_answers = True
    assert await one.worker._claim() == 0
    assert (await attempts(present), permits.left) == ([1, 1], 4)
    assert await one.worker._claim() == 2
    assert [(await one.next_begun()).attempt for _ in range(2)] == [1, 1]
    assert permits.left == 2
    await one.worker.finish()


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_worker_whose_own_clock_is_wrong_works_by_the_databases(database_url: str, hours: int) -> None:
    """To be off is the same from either side: here it is the database that lives two hours before, or after."""
    shifted = await Database.connect(database_url, now=lambda: datetime.now(UTC) + timedelta(hours=hours))
    queue = PostgresQueue(shifted)
    user = await make_user(shifted)
    there = (await queue.now()).replace(microsecond=0)
    due = await make_alarm_in(shifted, 20 * MINUTE, now=there, user_id=user)
    not_due = await make_alarm_in(shifted, 70 * MINUTE, now=there, user_id=user)
    one = shift(shifted, database_url, waking=Waking(first=HOUR, longest=HOUR))
    async with on_duty(one):
        assert (await one.next_begun()).alarm_id == due.id
        await idle(one)
        new = await make_alarm_in(shifted, 30 * MINUTE, now=there, user_id=user)
        assert (await one.next_begun()).alarm_id == new.id
        assert timedelta(seconds=-1) < await queue.now() - one.worker._time.now() < timedelta(seconds=30)
    jobs = await shifted.fetch("select alarm_id, state from audio_generation_queue order by ring_at")
    states = [(row["alarm_id"], row["state"]) for row in jobs]
    assert states == [(due.id, "done"), (new.id, "done"), (not_due.id, "waiting")]
    await shifted.close()


async def age(database: Database, worker: WorkerId) -> None:
    await database.fetch("update onealarm.workers set alive_since = alive_since - interval '1 minute'")
    await database.fetch("update onealarm.workers set beat_at = beat_at - interval '1 minute' where id = $1", worker)


async def test_a_dead_workers_leases_all_come_back_also_those_that_are_locked_at_first(
    present: Database, database_url: str
) -> None:
    queue = PostgresQueue(present)
    user = await make_user(present)
    for minutes in (20, 30, 40):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    dead, rescuer = await make_worker(present), await make_worker(present)
    held = await queue.claim(dead, limit=3)
    await age(present, dead)
    hanging = await asyncpg.connect(database_url)
    reach = "select reach from onealarm.workers where id = $1"
    async with hanging.transaction():
        await hanging.execute("select 1 from onealarm.live_jobs where id = $1 for update", held[1].id)
        assert await queue.rescue(rescuer) == 2
        assert await queue.rescue(rescuer) == 0
        assert await present.value("select reach > '-infinity' from onealarm.workers where id = $1", dead)
    await hanging.close()
    assert await queue.rescue(rescuer) == 1
    assert await queue.rescue(rescuer) == 0
    assert await present.value(f"select ({reach}) = '-infinity'", dead)
    assert await present.value("select count(*) from audio_generation_queue where state = 'waiting'") == 3


async def test_two_rescuers_at_once_give_each_job_back_once(present: Database) -> None:
    queue = PostgresQueue(present)
    user = await make_user(present)
    for minutes in range(20, 40):
        await make_alarm_in(present, minutes * MINUTE, now=now(), user_id=user)
    dead = await make_worker(present)
    rescuers = [await make_worker(present) for _ in range(8)]
    await queue.claim(dead, limit=20)
    await age(present, dead)
    assert sum(await asyncio.gather(*map(queue.rescue, rescuers))) == 20
    jobs = await queue.claim(rescuers[0], limit=100)
    assert [job.attempt for job in jobs] == [2] * 20
