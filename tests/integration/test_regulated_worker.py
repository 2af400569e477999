"""A worker whose provider refuses or slows down works fewer jobs side by side, and comes back; on the real queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

import httpx
import pytest

from onealarm.control.concurrency import EVERY
from onealarm.errors import Retryable
from onealarm.events import ConcurrencySeen, Event, Events
from onealarm.jobs.job import Job
from onealarm.jobs.report import ModelReport
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.meter import Meter
from onealarm.worker.permits import LocalWork
from onealarm.worker.provider_calls import Answer, ProviderCalls
from onealarm.worker.regulated import RegulatedWork
from onealarm.worker.tally import Tally
from onealarm.worker.waiting_line import Line
from onealarm.worker.worker import Worker, WorkerSettings
from tests.support.briefings import briefing_saying
from tests.support.clock import NOON
from tests.support.factories import make_worker
from tests.support.leaping_clock import LeapingClock
from tests.support.provider_server import ProviderServer

MINUTE = timedelta(minutes=1)
SLOTS, MANY = 8, 32


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
async def provider(clock: LeapingClock) -> AsyncIterator[ProviderServer]:
    async with ProviderServer.running(clock.now, limit=10_000) as running:
        yield running


@dataclass
class Regulated:
    worker: Worker
    permits: RegulatedWork
    queue: PostgresQueue
    tally: Tally
    events: list[Event]

    async def round(self) -> int:
        """Claim as many as may be, and finish them; returns how many that were."""
        await self.queue.beat(self.worker.id, report=self.tally.told(self.worker.report))
        begun = await self.worker.claim_once()
        await self.worker.finish()
        return begun


async def regulated(database: Database, clock: LeapingClock, provider: ProviderServer, *, slots: int) -> Regulated:
    """Each job is one call."""
    seen: list[Event] = []
    events = Events([seen.append])
    queue, time = PostgresQueue(database), DatabaseTime(steady=lambda: clock.now().timestamp())
    time.hear(NOON)
    worker_id = await make_worker(database)
    meter = Meter(PostgresGovernor(database), worker=worker_id, limits=[], now=time.now)
    line = Line(meter, time=time, clock=clock)
    calls = ProviderCalls(
        "acme", "talk", meter=meter, line=line, time=time, clock=clock, random=Random(1), events=events
    )
    client = httpx.AsyncClient(timeout=5, verify=False)

    async def ask() -> Answer[str]:
        answer = await client.get(provider.url)
        return Answer(answer.status_code, answer.headers, answer.text)

    async def make(job: Job) -> Briefing:
        now = time.now()
        await calls.run(ask, work={}, ring_at=job.ring_at, latest=now + timedelta(seconds=1), typical=timedelta())
        if not await queue.finish([job]):
            raise Retryable("taken over")
        return briefing_saying("good morning")

    permits = RegulatedWork(LocalWork(), slots=lambda: worker.slots, now=time.now, events=events)
    tally = Tally()
    events.subscribe(permits)
    events.subscribe(tally)
    worker = Worker(
        worker_id,
        queue=queue,
        claims=Claims(queue, worker=worker_id, time=time, permits=permits, unheard=timedelta()),
        executor=Executor(queue=queue, make=make, time=time, clock=clock, events=events, random=Random(1)),
        heartbeat=Heartbeat(queue, time=time, clock=clock, events=events, tally=tally),
        time=time,
        events=events,
        settings=WorkerSettings(slots=slots),
    )
    return Regulated(worker, permits, queue, tally, seen)


async def jobs_wait(database: Database, clock: LeapingClock, *, count: int) -> None:
    """So many, of rings in 50 minutes."""
    await database.fetch(
        "insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)"
        " select gen_random_uuid(), gen_random_uuid(), $1, $1::timestamptz - onealarm.lead()"
        " from generate_series(1, $2::int)",
        clock.now() + 50 * MINUTE,
        count,
    )


def refuses(server: ProviderServer, now: datetime) -> tuple[int, dict[str, str]]:
    del server, now
    return 429, {}


async def test_a_provider_that_refuses_gets_fewer_jobs_at_once_and_more_again_when_it_answers(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    await jobs_wait(database, clock, count=300)
    one = await regulated(database, clock, provider, slots=SLOTS)
    provider.answering = partial(slowly, clock, 0.01)
    assert await one.round() == SLOTS, "all slots, as long as nothing speaks against it"
    answering, provider.answering = provider.answering, refuses
    sizes = []
    for _ in range(3):
        clock.advance(EVERY)
        await one.permits.run_once()
        sizes.append(await one.round())
    assert sizes == [8, 5, 3], "seven tenths each time"
    provider.answering = answering
    for _ in range(24):
        clock.advance(EVERY)
        await one.permits.run_once()
        sizes.append(await one.round())
    assert min(sizes[3:]) >= 2, "two always may"
    assert max(sizes) == SLOTS
    assert one.permits.limit == SLOTS, "the slots bound it"
    told = [event.limit for event in one.events if isinstance(event, ConcurrencySeen)]
    assert min(told) < 4
    assert told[-1] == SLOTS
    await one.queue.beat(one.worker.id, report=one.tally.told(one.worker.report))
    [(_, report)] = (await PostgresControl(database).look(advance=timedelta())).workers
    [calls] = report.models
    assert calls == ModelReport("acme", "talk", provider_total(provider), provider.count(429), provider.count(200))


def provider_total(provider: ProviderServer) -> int:
    return len(provider.statuses)


async def test_a_provider_that_slows_down_gets_fewer_jobs_at_once(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    one = await regulated(database, clock, provider, slots=MANY)
    sizes = []
    for step in range(14):
        await jobs_wait(database, clock, count=MANY)
        seconds = 1 if step < 4 else 12
        provider.answering = partial(slowly, clock, seconds / MANY)
        sizes.append(await one.round())
        await database.fetch("delete from onealarm.live_jobs")
        clock.advance(EVERY)
        await one.permits.run_once()
    assert sizes[:4] == [MANY] * 4
    assert 2 <= min(sizes[4:]) <= MANY * 0.6


def slowly(clock: LeapingClock, seconds: float, server: ProviderServer, now: datetime) -> tuple[int, dict[str, str]]:
    del server, now
    clock.advance(timedelta(seconds=seconds))
    return 200, {}


async def test_permits_that_are_not_used_come_back(clock: LeapingClock) -> None:
    permits = RegulatedWork(LocalWork(), slots=lambda: 3, now=clock.now, events=Events())
    assert await permits.take(2) == 2
    assert await permits.take(5) == 1
    assert await permits.take(1) == 0
    permits.give_back(1)
    permits.ended(1)
    assert await permits.take(5) == 2


async def test_a_claim_that_is_cancelled_keeps_no_permits(clock: LeapingClock) -> None:
    class Slow(LocalWork):
        async def take(self, most: int) -> int:
            await asyncio.Event().wait()
            return most

    permits = RegulatedWork(Slow(), slots=lambda: 3, now=clock.now, events=Events())
    task = asyncio.create_task(permits.take(3))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    permits._inner = LocalWork()
    assert await permits.take(3) == 3
