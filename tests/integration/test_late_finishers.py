"""Late finishers: a thousand jobs whose worker was paused past its lease, and comes back to write what it has made."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import asyncpg
from prometheus_client import CollectorRegistry

from onealarm.audio.segment import Segment
from onealarm.clock import SystemClock
from onealarm.errors import LeaseLost, Permanent, VoiceFailed
from onealarm.events import Event, Events, JobEvent, ResultRefused
from onealarm.ids import LeaseToken, SegmentKey, WorkerId
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.gather import Wish
from onealarm.pipeline.library import Wanted
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.wishes import PostgresWishes
from onealarm.telemetry.metrics import Metrics
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_user, make_worker

JOBS = 1000
KEYS = [SegmentKey(hashlib.sha256(str(n).encode()).hexdigest()) for n in range(JOBS)]

TABLES = ("audio_generation_queue order by id", "audio order by id", "onealarm.segments order by key")

Rows = list[list[asyncpg.Record]]


@dataclass
class LateWorker:
    """Works by the real executor: reads, begins, is paused, and then fails in one way or publishes."""

    database: Database
    begun: int = 0
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    resumed: asyncio.Event = field(default_factory=asyncio.Event)
    wishes: dict[int, Wish] = field(default_factory=dict)

    async def make(self, job: Job) -> Briefing:
        audio = PostgresAudio(self.database)
        wish = self.wishes[job.id] = await PostgresWishes(self.database).load(job)
        assert await audio.start(job, voice="echo")
        self.begun += 1
        if self.begun == JOBS:
            self.paused.set()
        await self.resumed.wait()
        if job.id % 4 == 1:
            raise VoiceFailed("voice: crashed")  # to be tried again
        if job.id % 4 == 2:
            raise Permanent("no such voice")  # to be buried
        briefing = briefing_saying("late", voice="echo")
        if not await audio.publish(job, briefing, version=wish.version):
            raise LeaseLost("taken over")
        return briefing


async def test_a_thousand_late_finishers_of_a_thousand_are_refused(database: Database, clock: VirtualClock) -> None:
    queue, segments = PostgresQueue(database), PostgresSegments(database)
    seen: list[Event] = []
    metrics = Metrics(CollectorRegistry())
    await set_alarms(database, clock)
    late, other = LateWorker(database), await make_worker(database)
    time = DatabaseTime()
    time.hear(clock.now())
    events = Events([seen.append, metrics])
    executor = Executor(queue=queue, make=late.make, time=time, clock=SystemClock(), events=events, random=Random(1))
    paused = await make_worker(database)
    jobs = await queue.claim(paused, limit=JOBS)
    assert len(jobs) == JOBS
    claims = await claim_segments(segments, paused)
    working = [asyncio.create_task(executor.execute(job)) for job in jobs]
    await asyncio.wait_for(late.paused.wait(), 120)

    await outlive(queue, clock, other)
    assert await queue.rescue(other) == JOBS
    await take_over(database, other, late.wishes)
    await take_over_segments(segments, other)
    before = await rows_of(database)

    late.resumed.set()
    await asyncio.wait_for(asyncio.gather(*working), 120)
    refused = await write_all(database, jobs, late.wishes)
    assert refused == {"start": JOBS, "publish": JOBS, "retry": JOBS, "bury": JOBS, "release": JOBS}
    assert await finish_segments(segments, claims) == JOBS
    assert await rows_of(database) == before, "a late worker changed a row"

    outcomes = [event for event in seen if isinstance(event, JobEvent)][JOBS:]  # after the claims
    assert [type(event) for event in outcomes] == [ResultRefused] * JOBS
    assert {event.job for event in outcomes} == {job.id for job in jobs}
    assert metrics.registry.get_sample_value("onealarm_jobs_total", {"outcome": "refused"}) == JOBS
    for outcome in ("done", "retried", "buried", "released"):
        assert not metrics.registry.get_sample_value("onealarm_jobs_total", {"outcome": outcome})


async def test_a_segment_whose_speaker_died_before_the_clock_was_set_back_is_taken_over(
    database: Database, clock: VirtualClock
) -> None:
    segments = PostgresSegments(database)
    await claim_segments(segments, await make_worker(database))
    clock.advance(timedelta(hours=-2))
    await claim_segments(segments, await make_worker(database))


async def set_alarms(database: Database, clock: VirtualClock) -> None:
    """A thousand of one user, all in half an hour."""
    ring = clock.now() + timedelta(minutes=30)
    await database.fetch(
        "insert into alarms (user_id, alarm_time_local, alarm_date, timezone)"
        " select $1, $2, $3, 'UTC' from generate_series(1, $4)",
        await make_user(database),
        ring.time(),
        ring.date(),
        JOBS,
    )


async def outlive(queue: PostgresQueue, clock: VirtualClock, worker: WorkerId) -> None:
    """Time passes in which only this worker beats."""
    for _ in range(4):
        clock.advance(timedelta(seconds=5))
        await queue.beat(worker)


async def take_over(database: Database, worker: WorkerId, wishes: dict[int, Wish]) -> None:
    """Some are finished, some buried, some given back, some held, some held and begun."""
    queue, audio = PostgresQueue(database), PostgresAudio(database)

    async def work(job: Job) -> None:
        version = wishes[job.id].version
        match job.id % 5:
            case 0:
                assert await audio.start(job, voice="alloy")
                assert await audio.publish(job, briefing_saying("in time"), version=version)
            case 1:
                assert await audio.start(job, voice="alloy")
                assert await queue.bury(job, reason="no such voice")
            case 2:
                assert await queue.release(job)
            case 3:
                assert await audio.start(job, voice="alloy")

    jobs = await queue.claim(worker, limit=JOBS)
    assert len(jobs) == JOBS
    await asyncio.gather(*[work(job) for job in jobs])


async def write_all(database: Database, jobs: Sequence[Job], wishes: dict[int, Wish]) -> dict[str, int]:
    """Every write that a worker can make, for every job under its old lease; returns how many were refused."""
    queue, audio = PostgresQueue(database), PostgresAudio(database)
    briefing = briefing_saying("late", voice="echo")
    now = await queue.now()
    writes: dict[str, Callable[[Job], Awaitable[bool]]] = {
        "start": lambda job: audio.start(job, voice="echo"),
        "publish": lambda job: audio.publish(job, briefing, version=wishes[job.id].version),
        "retry": lambda job: queue.retry(job, run_after=now, reason="late"),
        "bury": lambda job: queue.bury(job, reason="late"),
        "release": queue.release,
    }
    return {name: (await asyncio.gather(*[write(job) for job in jobs])).count(False) for name, write in writes.items()}


async def claim_segments(segments: PostgresSegments, worker: WorkerId) -> dict[SegmentKey, LeaseToken]:
    wanted = [Wanted(key, "test", "alloy", "text") for key in KEYS]
    found = await segments.find_or_claim(wanted, worker=worker, speaking=[])
    assert len(found.ours) == JOBS
    return dict(found.ours)


async def take_over_segments(segments: PostgresSegments, worker: WorkerId) -> None:
    """Every second one is spoken by the time the late worker comes."""
    for key, token in (await claim_segments(segments, worker)).items():
        if KEYS.index(key) % 2:
            assert await segments.finish(segment(key, frames=10), token=token)


async def finish_segments(segments: PostgresSegments, claims: dict[SegmentKey, LeaseToken]) -> int:
    """Returns how many were refused; giving a lost claim up does nothing either."""
    refused = 0
    for key, token in claims.items():
        refused += not await segments.finish(segment(key, frames=99), token=token)
        await segments.abandon(key, token=token)
    return refused


def segment(key: SegmentKey, *, frames: int) -> Segment:
    return Segment(key=key, frames=frames, onset=0, end=1024, size=100, lufs=None, true_peak_dbtp=-1.0)


async def rows_of(database: Database) -> Rows:
    """Whole rows, so that no column is forgotten."""
    return [await database.fetch(f"select * from {table}") for table in TABLES]
