"""Jobs that fail together are given back, buried or released in one statement, each by its own lease."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from onealarm.ids import JobId
from onealarm.jobs.job import Job
from onealarm.jobs.queue import Burial, Retry
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.outcomes import Outcomes
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker

MINUTE = timedelta(minutes=1)


class Counted(PostgresQueue):
    """The queue, with how many jobs each statement took."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sizes: list[int] = []
        self.asked = 0

    async def now(self) -> datetime:
        self.asked += 1
        return await super().now()

    async def retry_all(self, retries: Sequence[Retry]) -> set[JobId]:
        self.sizes.append(len(retries))
        return await super().retry_all(retries)

    async def bury_all(self, burials: Sequence[Burial]) -> set[JobId]:
        self.sizes.append(len(burials))
        return await super().bury_all(burials)

    async def release_all(self, jobs: Sequence[Job]) -> set[JobId]:
        self.sizes.append(len(jobs))
        return await super().release_all(jobs)


@pytest.fixture
def queue(database: Database) -> Counted:
    return Counted(database)


async def leased(database: Database, queue: PostgresQueue, clock: VirtualClock, *, count: int) -> list[Job]:
    user, worker = await make_user(database), await make_worker(database)
    for minutes in range(count):
        await make_alarm_in(database, (20 + minutes) * MINUTE, now=clock.now(), user_id=user)
    return await queue.claim(worker, limit=count)


async def row(database: Database, job: Job) -> tuple[object, ...]:
    found = await database.row(
        "select state, attempt, run_after, reason from audio_generation_queue where id = $1", job.id
    )
    assert found is not None
    return tuple(found)


async def test_what_fails_together_goes_back_in_one_statement(
    database: Database, queue: Counted, clock: VirtualClock
) -> None:
    jobs = await leased(database, queue, clock, count=12)
    outcomes = Outcomes(queue)
    await asyncio.gather(*(outcomes.now() for _ in jobs))
    assert queue.asked == 1
    kept = await asyncio.gather(
        *(outcomes.retry(job, run_after=clock.now() + n * MINUTE, reason=f"n {n}") for n, job in enumerate(jobs[:6])),
        *(outcomes.bury(job, reason=f"n {n % 2}") for n, job in enumerate(jobs[6:9])),
        *(outcomes.release(job) for job in jobs[9:]),
    )
    assert kept == [True] * 12
    assert sorted(queue.sizes) == [3, 3, 6]
    assert [await row(database, job) for job in jobs] == [
        *(("waiting", 1, clock.now() + n * MINUTE, f"n {n}") for n in range(6)),
        *(("dead", 1, None, f"n {n}") for n in (0, 1, 0)),
        *[("waiting", 0, None, None)] * 3,
    ]


async def test_each_counts_by_its_own_lease_and_a_stale_one_takes_no_other_with_it(
    database: Database, queue: Counted, clock: VirtualClock
) -> None:
    stale, *held = await leased(database, queue, clock, count=7)
    await queue.release(stale)
    [taken_over] = await queue.claim(await make_worker(database), limit=1)
    before = await row(database, taken_over)
    reason, at = "crashed", clock.now() + MINUTE
    assert await queue.retry_all([Retry(job, at, reason) for job in (stale, held[0], held[1])]) == ids(held[:2])
    assert await queue.bury_all([Burial(job, reason) for job in (held[2], stale, held[3])]) == ids(held[2:4])
    assert await queue.release_all([stale, held[5], held[4]]) == ids(held[4:])
    assert await row(database, taken_over) == before


def ids(jobs: Sequence[Job]) -> set[JobId]:
    return {job.id for job in jobs}


async def test_clients_of_all_that_is_buried_are_told_why(
    database: Database, queue: Counted, clock: VirtualClock
) -> None:
    jobs = await leased(database, queue, clock, count=4)
    for job in jobs:
        assert await PostgresAudio(database).start(job, voice="nova")
    await queue.bury_all([Burial(job, f"n {n % 2}") for n, job in reversed(list(enumerate(jobs)))])
    told = await database.fetch("select status, reason from audio order by ring_at")
    assert [tuple(one) for one in told] == [("failed", f"n {n}") for n in (0, 1, 0, 1)]


async def test_two_that_give_back_the_same_jobs_in_other_orders_do_not_block_each_other(
    database: Database, queue: Counted, clock: VirtualClock
) -> None:
    for _ in range(5):
        jobs = await leased(database, queue, clock, count=20)
        async with asyncio.timeout(20):
            one, other, third = await asyncio.gather(
                queue.release_all(jobs),
                queue.retry_all([Retry(job, clock.now(), "again") for job in reversed(jobs)]),
                queue.bury_all([Burial(job, "no") for job in (*jobs[10:], *jobs[:10])]),
            )
        assert sorted([*one, *other, *third]) == sorted(ids(jobs)), "each by one of them, and no more"
        await database.fetch("delete from onealarm.live_jobs")
