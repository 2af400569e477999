"""What an operator sees of the queue and does to it, also while a worker or a second operator does something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from onealarm.errors import BadInput, NotFound
from onealarm.ids import JobId
from onealarm.jobs.job import Job, JobState
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.inspection import CANCELLED_BY_AN_OPERATOR, PostgresInspection
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.statements import statements
from tests.support.briefings import briefing_saying, wish_version
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_leased_job, make_user, make_worker
from tests.support.waiting import wait_for

MINUTE = timedelta(minutes=1)

BRIEFING = briefing_saying("Good morning")


@pytest.fixture
def inspection(database: Database) -> PostgresInspection:
    return PostgresInspection(database)


@pytest.fixture
def queue(database: Database) -> PostgresQueue:
    return PostgresQueue(database)


async def row_of(database: Database, job_id: int) -> dict[str, Any]:
    row = await database.row("select * from audio_generation_queue where id = $1", job_id)
    assert row is not None
    return dict(row)


async def buried(database: Database, now: datetime, *, ahead: timedelta = 50 * MINUTE) -> Job:
    """A dead job, whose audio row says failed."""
    job = await make_leased_job(database, now=now, ahead=ahead)
    assert await PostgresAudio(database).start(job, voice="alloy")
    assert await PostgresQueue(database).bury(job, reason="the voice is broken")
    return job


async def test_live_jobs_come_first_by_ring_and_then_those_that_ended_the_last_first(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    first_ended = await buried(database, clock.now())
    clock.advance(MINUTE)
    last_ended = await buried(database, clock.now())
    user = await make_user(database)
    for minutes in (90, 20, 40):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now(), user_id=user)
    jobs = await inspection.list()
    ahead = [(job.ring_at - clock.now()) / MINUTE for job in jobs[:3]]
    assert ahead == [20, 40, 90]
    assert [job.priority for job in jobs] == [1, 3, 5, None, None]
    assert [job.id for job in jobs[3:]] == [last_ended.id, first_ended.id]


async def test_the_list_is_narrowed_by_state_alarm_user_and_what_is_due(
    database: Database, inspection: PostgresInspection, clock: VirtualClock
) -> None:
    dead = await buried(database, clock.now())
    user = await make_user(database)
    near = await make_alarm_in(database, 57 * MINUTE, now=clock.now(), user_id=user)
    await make_alarm_in(database, 59 * MINUTE, now=clock.now(), user_id=user)
    assert [job.id for job in await inspection.list(state=JobState.DEAD)] == [dead.id]
    assert [job.alarm_id for job in await inspection.list(alarm_id=near.id)] == [near.id]
    assert [job.user_id for job in await inspection.list(user_id=user)] == [user, user]
    assert [job.alarm_id for job in await inspection.list(due=True)] == [near.id]
    assert len(await inspection.list(limit=2)) == 2


async def test_a_job_is_shown_with_its_worker_its_audio_and_the_alarms_zone(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    await make_alarm(database, wall_time=time(21, 30), timezone="Asia/Tokyo")  # 12:30 in UTC
    worker = await make_worker(database)
    [job] = await queue.claim(worker, limit=1)
    await PostgresAudio(database).start(job, voice="alloy")
    found = await inspection.find(job.id)
    assert (found.job.timezone, found.job.state, found.job.attempt) == ("Asia/Tokyo", "leased", 1)
    assert found.worker is not None
    assert (found.worker.id, found.worker.lives, found.worker.beat_at) == (worker, True, clock.now())
    assert found.worker.lease_token == job.lease_token
    assert found.audio is not None
    assert (found.audio.status, found.audio.tier) == ("generating", None)
    clock.advance(timedelta(seconds=15))
    again = await inspection.find(job.id)
    assert again.worker is not None
    assert not again.worker.lives


async def test_a_dead_job_is_made_again_by_a_new_one_and_stays_as_it_is(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    dead = await buried(database, clock.now())
    before = await row_of(database, dead.id)
    new = await inspection.retry(dead.id)
    assert new != dead.id
    assert await row_of(database, dead.id) == before
    [taken] = await queue.claim(await make_worker(database), limit=1)
    assert (taken.id, taken.attempt, taken.ring_at) == (new, 1, dead.ring_at)
    found = await inspection.find(new)
    assert [(other.id, other.reason) for other in found.other_jobs] == [(dead.id, "the voice is broken")]
    audio = PostgresAudio(database)
    assert await audio.start(taken, voice="alloy")
    assert await audio.publish(taken, BRIEFING, version=await wish_version(database, taken))
    assert (await inspection.find(dead.id)).audio is not None


async def test_what_was_cancelled_by_mistake_can_be_made_again(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    job = await make_leased_job(database, now=clock.now())
    await inspection.cancel(job.id)
    new = await inspection.retry(job.id)
    assert [taken.id for taken in await queue.claim(await make_worker(database), limit=2)] == [new]


async def test_a_job_that_waits_for_its_next_attempt_goes_at_once(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    job = await make_leased_job(database, now=clock.now())
    await queue.retry(job, run_after=clock.now() + 4 * MINUTE, reason="crashed")
    worker = await make_worker(database)
    assert await queue.claim(worker, limit=1) == []
    assert await inspection.retry(job.id) == job.id
    assert [taken.id for taken in await queue.claim(worker, limit=1)] == [job.id]


async def test_what_cannot_be_made_again_is_refused_with_its_cause(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock
) -> None:
    async def refusal(job_id: JobId) -> str:
        before = await database.fetch("select * from audio_generation_queue order by id")
        with pytest.raises(BadInput) as refused:
            await inspection.retry(job_id)
        assert await database.fetch("select * from audio_generation_queue order by id") == before
        assert (refused.value.field, bool(refused.value.remedy)) == ("job", True)
        return refused.value.problem

    assert "does not exist" in await refusal(JobId(4711))
    leased = await make_leased_job(database, now=clock.now())
    assert "is being worked by worker" in await refusal(leased.id)
    audio = PostgresAudio(database)
    await audio.start(leased, voice="alloy")
    await audio.publish(leased, BRIEFING, version=await wish_version(database, leased))
    assert await refusal(leased.id) == f"{leased.id} is done; its audio is ready"

    dead = await buried(database, clock.now())
    await PostgresAlarms(database).change(dead.alarm_id, user_id=None, changes={"active": False})
    assert "no longer has that ring" in await refusal(dead.id)
    await PostgresAlarms(database).delete(dead.alarm_id, user_id=None)
    assert "no longer has that ring" in await refusal(dead.id)

    again = await buried(database, clock.now())
    new = await inspection.retry(again.id)
    assert await refusal(again.id) == f"job {new} is already at work for the ring of {again.id}"
    assert "not held back" in await refusal(new)
    clock.set(again.ring_at)
    assert "has passed" in await refusal(again.id)
    await queue.expire()
    assert "has passed" in await refusal(new)


@pytest.mark.parametrize("write", ["start", "publish", "bury", "retry", "release"])
async def test_the_late_write_of_a_cancelled_jobs_worker_changes_nothing(
    database: Database, inspection: PostgresInspection, queue: PostgresQueue, clock: VirtualClock, write: str
) -> None:
    job = await make_leased_job(database, now=clock.now())
    audio = PostgresAudio(database)
    await audio.start(job, voice="alloy")
    await inspection.cancel(job.id)
    found = await inspection.find(job.id)
    assert (found.job.state, found.job.reason, found.worker) == ("cancelled", CANCELLED_BY_AN_OPERATOR, None)
    assert found.audio is not None
    assert (found.audio.status, found.audio.reason) == ("failed", CANCELLED_BY_AN_OPERATOR)
    version = await wish_version(database, job)
    writes: dict[str, Coroutine[Any, Any, bool]] = {
        "start": audio.start(job, voice="nova"),
        "publish": audio.publish(job, BRIEFING, version=version),
        "bury": queue.bury(job, reason="late"),
        "retry": queue.retry(job, run_after=clock.now(), reason="late"),
        "release": queue.release(job),
    }
    late = writes.pop(write)
    for other in writes.values():
        other.close()
    assert await late is False
    assert await inspection.find(job.id) == found


async def test_an_ended_job_is_not_cancelled(
    database: Database, inspection: PostgresInspection, clock: VirtualClock
) -> None:
    dead = await buried(database, clock.now())
    before = await row_of(database, dead.id)
    with pytest.raises(BadInput, match=rf"job: {dead.id} is dead, which is final\. Only a waiting or leased job"):
        await inspection.cancel(dead.id)
    assert await row_of(database, dead.id) == before
    with pytest.raises(NotFound):
        await inspection.cancel(JobId(4711))


class Stepwise:
    """A connection of its own, in a transaction that the test ends."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self.connection = connection
        self._transaction = connection.transaction()

    @classmethod
    @asynccontextmanager
    async def on(cls, url: str, now: datetime) -> AsyncIterator[Stepwise]:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("select set_config('onealarm.now', $1, false)", now.isoformat())
            stepwise = cls(connection)
            await stepwise._transaction.start()
            yield stepwise
        finally:
            await connection.close()

    async def commit(self) -> None:
        await self._transaction.commit()


async def until_one_waits(url: str, *, count: int = 1) -> None:
    """Until so many sessions of this database wait for a lock."""
    connection = await asyncpg.connect(url)
    try:
        await wait_for(
            connection,
            f"(select count(*) = {count} from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock')",
            seconds=10,
            fail=lambda: "nobody waits for a lock",
        )
    finally:
        await connection.close()


FINISH = statements("queue")["finish_jobs"]


async def test_a_cancel_that_meets_a_worker_publishing_comes_too_late(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    job = await make_leased_job(database, now=clock.now())
    async with Stepwise.on(database_url, clock.now()) as worker:
        assert await worker.connection.fetchval(FINISH, [job.id], [job.lease_token])
        cancelling = asyncio.create_task(inspection.cancel(job.id))
        await until_one_waits(database_url)
        await worker.commit()
        with pytest.raises(BadInput, match="is done, which is final"):
            await cancelling
    assert (await row_of(database, job.id))["state"] == "done"


async def test_a_worker_that_publishes_while_its_job_is_cancelled_is_refused(
    database: Database, clock: VirtualClock, database_url: str
) -> None:
    job = await make_leased_job(database, now=clock.now())
    audio = PostgresAudio(database)
    await audio.start(job, voice="alloy")
    version = await wish_version(database, job)
    async with Stepwise.on(database_url, clock.now()) as operator:
        await operator.connection.execute("select onealarm.end_jobs(array[$1::bigint], 'cancelled', 'by hand')", job.id)
        publishing = asyncio.create_task(audio.publish(job, BRIEFING, version=version))
        await until_one_waits(database_url)
        await operator.commit()
        assert await publishing is False
    assert await database.value("select status from audio where alarm_id = $1", job.alarm_id) == "generating"


async def test_audio_begun_while_the_cancel_waited_is_failed_too(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    job = await make_leased_job(database, now=clock.now())
    async with Stepwise.on(database_url, clock.now()) as worker:
        await worker.connection.execute("select 1 from audio_generation_queue where id = $1 for update", job.id)
        cancelling = asyncio.create_task(inspection.cancel(job.id))
        await until_one_waits(database_url)
        await worker.connection.execute(
            "insert into audio (user_id, alarm_id, ring_at, status, voice) values ($1, $2, $3, 'generating', 'alloy')",
            job.user_id,
            job.alarm_id,
            job.ring_at,
        )
        await worker.commit()
        await cancelling
    found = await inspection.find(job.id)
    assert found.audio is not None
    assert (found.job.state, found.audio.status) == ("cancelled", "failed")


async def test_two_retries_at_once_give_one_job(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    dead = await buried(database, clock.now())
    async with Stepwise.on(database_url, clock.now()) as holder:
        await holder.connection.execute("select 1 from audio_generation_queue where id = $1 for update", dead.id)
        both = [asyncio.create_task(inspection.retry(dead.id)) for _ in range(2)]
        await until_one_waits(database_url, count=2)
        await holder.commit()
        results = await asyncio.gather(*both, return_exceptions=True)
    [new] = [result for result in results if isinstance(result, int)]
    [refused] = [result for result in results if isinstance(result, BadInput)]
    assert refused.problem == f"job {new} is already at work for the ring of {dead.id}"
    assert await database.value("select count(*) from audio_generation_queue where state = 'waiting'") == 1


async def test_a_retry_waits_for_an_alarm_that_is_being_moved_and_is_then_refused(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    dead = await buried(database, clock.now())
    async with Stepwise.on(database_url, clock.now()) as client:
        await client.connection.execute(
            "update alarms set alarm_time_local = alarm_time_local + interval '1 minute' where id = $1", dead.alarm_id
        )
        retrying = asyncio.create_task(inspection.retry(dead.id))
        await until_one_waits(database_url)
        await client.commit()
        with pytest.raises(BadInput, match="no longer has that ring"):
            await retrying
    [live] = await inspection.list(state=JobState.WAITING)
    assert live.ring_at == dead.ring_at + MINUTE


async def test_a_retry_meets_the_deletion_of_its_user_without_a_deadlock(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    dead = await buried(database, clock.now())
    async with Stepwise.on(database_url, clock.now()) as holder:
        await holder.connection.execute("select 1 from audio_generation_queue where id = $1 for update", dead.id)
        retrying = asyncio.create_task(inspection.retry(dead.id))
        await until_one_waits(database_url)
        deleting = asyncio.create_task(PostgresPeople(database).delete(dead.user_id))
        await until_one_waits(database_url, count=2)
        await holder.commit()
        await asyncio.gather(retrying, deleting)
    assert await database.value("select count(*) from audio_generation_queue") == 0


async def test_a_job_put_in_past_the_locks_is_not_doubled(
    database: Database, inspection: PostgresInspection, clock: VirtualClock, database_url: str
) -> None:
    dead = await buried(database, clock.now())
    async with Stepwise.on(database_url, clock.now()) as stranger:
        await stranger.connection.execute(
            "insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)"
            " select alarm_id, user_id, ring_at, scheduled_for from audio_generation_queue where id = $1",
            dead.id,
        )
        retrying = asyncio.create_task(inspection.retry(dead.id))
        await until_one_waits(database_url)
        await stranger.commit()
        with pytest.raises(BadInput, match="another job at work already"):
            await retrying


async def test_an_unknown_job_is_not_found(inspection: PostgresInspection) -> None:
    with pytest.raises(NotFound, match="job: 4711 does not exist"):
        await inspection.find(JobId(4711))
    assert await inspection.list(alarm_id=uuid4()) == []  # type: ignore[arg-type]  # an alarm that is not there
