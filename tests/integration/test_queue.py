"""The queue: order, leases, retry, rescue, expiry; and that a lost lease changes nothing."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from onealarm.ids import WorkerId
from onealarm.jobs.job import Job
from onealarm.jobs.priority import priority
from onealarm.maintenance.expirer import Expirer
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.statements import statements
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_leased_job, make_user, make_worker

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def queue(database: Database) -> PostgresQueue:
    return PostgresQueue(database)


ALL_JOBS = "select alarm_id from audio_generation_queue"


async def state_of(database: Database, job: Job) -> str:
    return str(await database.value("select state from audio_generation_queue where id = $1", job.id))


async def test_the_earliest_ring_comes_first_and_what_is_not_due_stays(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    user = await make_user(database)
    for minutes in (57, 20, 59, 58, 5):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now(), user_id=user)
    worker = await make_worker(database)
    first = await queue.claim(worker, limit=2)
    rest = await queue.claim(worker, limit=10)
    ahead = [(job.ring_at - clock.now()) / MINUTE for job in (*first, *rest)]
    assert ahead == [5, 20, 57, 58]


async def test_the_advance_window_opens_the_door_earlier(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    await make_alarm_in(database, 70 * MINUTE, now=clock.now())
    worker = await make_worker(database)
    await queue.beat(worker, advance=12 * MINUTE)
    assert await queue.claim(worker, limit=1, advance=11 * MINUTE) == []
    assert len(await queue.claim(worker, limit=1, advance=12 * MINUTE)) == 1


async def test_twenty_workers_claim_a_thousand_jobs_each_once(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    user = await make_user(database)
    ring = clock.now() + 30 * MINUTE
    await database.fetch(
        "insert into alarms (user_id, alarm_time_local, alarm_date, timezone)"
        " select $1, $2, $3, 'UTC' from generate_series(1, 1000)",
        user,
        ring.time(),
        ring.date(),
    )

    async def work(worker: WorkerId) -> list[Job]:
        claimed: list[Job] = []
        while jobs := await queue.claim(worker, limit=13):
            claimed += jobs
        return claimed

    taken = await asyncio.gather(*[work(await make_worker(database)) for _ in range(20)])
    ids = [job.id for jobs in taken for job in jobs]
    assert len(ids) == 1000
    assert len(set(ids)) == 1000
    assert len({job.lease_token for jobs in taken for job in jobs}) == 1000


async def test_a_row_locked_by_another_claim_is_passed_over(
    database: Database, queue: PostgresQueue, database_url: str, clock: VirtualClock
) -> None:
    user = await make_user(database)
    for minutes in (10, 20):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now(), user_id=user)
    other = await asyncpg.connect(database_url)
    async with other.transaction():
        await other.execute("select 1 from audio_generation_queue order by ring_at limit 1 for update")
        claimed = await queue.claim(await make_worker(database), limit=5)
        assert [(job.ring_at - clock.now()) / MINUTE for job in claimed] == [20]
    await other.close()


@pytest.mark.parametrize("write", ["retry", "bury", "release"])
async def test_a_stale_token_changes_nothing(
    database: Database, queue: PostgresQueue, clock: VirtualClock, write: str
) -> None:
    stale = await make_leased_job(database, now=clock.now())
    rescuer = await make_worker(database)
    await live(queue, clock, rescuer, seconds=16)
    assert await queue.rescue(rescuer) == 1
    [taken_over] = await queue.claim(await make_worker(database), limit=1)
    assert taken_over.id == stale.id
    assert taken_over.lease_token != stale.lease_token
    before = await database.row("select * from audio_generation_queue where id = $1", stale.id)
    writes: dict[str, Any] = {
        "retry": lambda: queue.retry(stale, run_after=clock.now(), reason="late"),
        "bury": lambda: queue.bury(stale, reason="late"),
        "release": lambda: queue.release(stale),
    }
    assert await writes[write]() is False
    assert await database.row("select * from audio_generation_queue where id = $1", stale.id) == before


async def live(queue: PostgresQueue, clock: VirtualClock, worker: WorkerId, *, seconds: float) -> None:
    """Let time pass for a worker that beats."""
    for _ in range(int(seconds) // 5):
        clock.advance(timedelta(seconds=5))
        await queue.beat(worker)
    clock.advance(timedelta(seconds=seconds % 5))


async def test_a_live_worker_keeps_its_jobs_and_a_dead_one_loses_them(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    await make_alarm_in(database, 50 * MINUTE, now=clock.now())
    rescuer, worker = await make_worker(database), await make_worker(database)
    [job] = await queue.claim(worker, limit=1)
    for _ in range(40):
        await live(queue, clock, rescuer, seconds=10)
        await queue.beat(worker)
        assert await queue.rescue(rescuer) == 0
    await live(queue, clock, rescuer, seconds=14.999)
    assert await queue.rescue(rescuer) == 0
    clock.advance(timedelta(milliseconds=1))
    assert await queue.rescue(rescuer) == 1
    assert await state_of(database, job) == "waiting"
    [again] = await queue.claim(await make_worker(database), limit=1)
    assert again.attempt == 2  # an attempt that killed its worker counts


async def test_after_a_pause_of_all_nobody_is_rescued_who_beats_again(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    """The database was away, or the machine slept: every beat is old, and none of the workers is dead."""
    await make_alarm_in(database, 50 * MINUTE, now=clock.now())
    rescuer, worker, dead = [await make_worker(database) for _ in range(3)]
    [job] = await queue.claim(worker, limit=1)
    await live(queue, clock, rescuer, seconds=30)
    await queue.beat(worker)
    await make_alarm_in(database, 50 * MINUTE, now=clock.now())
    await queue.beat(dead)
    [lost] = await queue.claim(dead, limit=1)
    clock.advance(timedelta(minutes=5))
    assert await queue.rescue(rescuer) == 0, "the rescuer itself counts as dead"
    assert await queue.claim(rescuer, limit=1) == [], "and claims nothing"
    await queue.beat(rescuer)
    assert await queue.rescue(rescuer) == 0
    clock.advance(timedelta(seconds=4))
    await queue.beat(worker)
    await live(queue, clock, rescuer, seconds=10)
    assert await queue.rescue(rescuer) == 0
    await queue.beat(worker)
    await live(queue, clock, rescuer, seconds=5)
    assert await queue.rescue(rescuer) == 1, "who has not beaten in all that time is dead"
    assert (await state_of(database, job), await state_of(database, lost)) == ("leased", "waiting")


async def test_what_was_claimed_without_the_workers_knowledge_goes_back(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    user = await make_user(database)
    for minutes in (10, 20):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now(), user_id=user)
    worker = await make_worker(database)
    known, lost = await queue.claim(worker, limit=2)
    assert await queue.release_unheld(worker, held=[known.lease_token]) == 1
    assert (await state_of(database, known), await state_of(database, lost)) == ("leased", "waiting")
    [again] = await queue.claim(worker, limit=2)
    assert (again.id, again.attempt) == (lost.id, 1)


@pytest.mark.parametrize("day_was_prepared", [True, False])
async def test_ended_jobs_are_kept_a_week(
    database: Database, queue: PostgresQueue, clock: VirtualClock, day_was_prepared: bool
) -> None:
    job = await make_leased_job(database, now=clock.now())
    if day_was_prepared:
        await queue.forget()
    await queue.bury(job, reason="no such voice")
    waiting = await make_alarm_in(database, timedelta(days=30), now=clock.now())
    clock.advance(timedelta(days=7))
    await queue.forget()
    assert len(await database.fetch(ALL_JOBS)) == 2
    clock.advance(timedelta(days=1))
    assert await queue.forget() > 0
    assert [row["alarm_id"] for row in await database.fetch(ALL_JOBS)] == [waiting.id]


async def test_jobs_that_ended_before_their_day_was_prepared_move_there(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    where = "select tableoid::regclass::text from audio_generation_queue where id = $1"
    clock.advance(timedelta(days=400))
    job = await make_leased_job(database, now=clock.now())
    await queue.bury(job, reason="no such voice")
    before = await database.row("select * from audio_generation_queue where id = $1", job.id)
    assert await database.value(where, job.id) == "onealarm.ended_jobs_other"
    await queue.forget()
    assert await database.value(where, job.id) == f"onealarm.ended_jobs_{clock.now():%Y%m%d}"
    assert await database.row("select * from audio_generation_queue where id = $1", job.id) == before


async def test_a_worker_that_leaves_gives_back_what_it_holds_at_once(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    await make_alarm_in(database, 50 * MINUTE, now=clock.now())
    worker = await make_worker(database)
    await queue.claim(worker, limit=1)
    await queue.leave(worker)
    [again] = await queue.claim(await make_worker(database), limit=1)
    assert again.attempt == 1


async def test_a_retry_waits_for_its_time_and_a_release_does_not_count(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    job = await make_leased_job(database, now=clock.now())
    worker = await make_worker(database)
    assert await queue.retry(job, run_after=clock.now() + MINUTE, reason="voice: crashed")
    assert await queue.claim(worker, limit=1) == []
    clock.advance(MINUTE)
    await queue.beat(worker)
    [second] = await queue.claim(worker, limit=1)
    assert second.attempt == 2
    assert await queue.release(second)
    [third] = await queue.claim(worker, limit=1)
    assert third.attempt == 2


async def test_a_buried_job_keeps_its_reason_and_is_not_claimed_again(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    job = await make_leased_job(database, now=clock.now())
    assert await queue.bury(job, reason="no such voice")
    assert await queue.claim(await make_worker(database), limit=1) == []
    row = await database.row("select state, reason, finished_at from audio_generation_queue where id = $1", job.id)
    assert row is not None
    assert (row["state"], row["reason"], row["finished_at"]) == ("dead", "no such voice", clock.now())


async def test_jobs_expire_at_the_ring_and_not_before(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    held = await make_leased_job(database, now=clock.now(), ahead=10 * MINUTE)
    await make_alarm_in(database, 10 * MINUTE, now=clock.now())
    clock.advance(10 * MINUTE - timedelta(milliseconds=1))
    assert await queue.expire() == 0
    clock.advance(timedelta(milliseconds=1))
    assert await queue.claim(await make_worker(database), limit=5) == []
    assert await queue.expire() == 2
    assert await queue.release(held) is False
    assert await state_of(database, held) == "expired"


async def test_the_expirer_finds_what_has_just_rung_and_every_half_minute_whatever_it_passed_over(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    expirer = Expirer(queue)
    for minutes in (10, 11):
        await make_alarm_in(database, minutes * MINUTE, now=clock.now())
    async with database.connection() as holder, holder.transaction():
        await holder.fetch("select from onealarm.live_jobs order by ring_at limit 1 for update")
        clock.advance(10 * MINUTE)
        assert await expirer.run_once() == 0, "somebody holds it"
        clock.advance(timedelta(seconds=29))
        assert await expirer.run_once() == 0
        clock.advance(timedelta(seconds=31))
        assert await expirer.run_once() == 1, "the second"
    clock.advance(timedelta(seconds=29))
    assert await expirer.run_once() == 0, "only what rang within the last minute is looked at"
    clock.advance(timedelta(seconds=1))
    assert await expirer.run_once() == 1
    clock.advance(-2 * HOUR)
    assert await expirer.run_once() == 0, "the clock was set back, and nothing rings"


async def test_deleting_the_alarm_takes_the_job_from_its_worker(
    database: Database, queue: PostgresQueue, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, 50 * MINUTE, now=clock.now())
    [job] = await queue.claim(await make_worker(database), limit=1)
    await PostgresAlarms(database).delete(alarm.id, user_id=alarm.user_id)
    assert await queue.bury(job, reason="too late") is False
    assert await state_of(database, job) == "cancelled"


async def test_one_live_job_per_alarm_and_occurrence(database: Database, clock: VirtualClock) -> None:
    job = await make_leased_job(database, now=clock.now())
    with pytest.raises(asyncpg.UniqueViolationError, match="one_live_job"):
        await database.fetch(
            "insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)"
            " select alarm_id, user_id, ring_at, scheduled_for from audio_generation_queue where id = $1",
            job.id,
        )


@pytest.mark.parametrize("seconds", [-1, 0, 1499, 1500, 1500.000001, 1501, 3479, 3480, 3480.000001, 3481, 90_000])
async def test_sql_and_python_agree_on_the_priority(database: Database, clock: VirtualClock, seconds: float) -> None:
    await make_alarm_in(database, timedelta(seconds=90_000), now=datetime(2026, 11, 24, 12, tzinfo=UTC))
    ring: datetime = await database.value("select ring_at from audio_generation_queue")
    clock.set(ring - timedelta(seconds=seconds))
    in_sql = await database.value("select q.priority from audio_generation_queue q")
    assert in_sql == priority(ring, clock.now())
    assert in_sql == (1 if seconds <= 1500 else 3 if seconds <= 3480 else 5)


async def test_a_job_that_waits_only_ever_becomes_more_urgent(database: Database, clock: VirtualClock) -> None:
    await make_alarm_in(database, 90 * MINUTE, now=clock.now())
    version = "select xmin::text || ctid::text from onealarm.live_jobs"
    before, seen = await database.value(version), []
    for _ in range(91):
        seen.append(await database.value("select q.priority from audio_generation_queue q"))
        clock.advance(MINUTE)
    assert seen == [5] * 32 + [3] * 33 + [1] * 26
    assert await database.value(version) == before, "time passes, and no row is touched"


PARAMETERS = (
    f"'{uuid4()}'",
    "100",
    "interval '0'",
    "timestamptz '2026-01-01Z'",
    "0",
    "timestamptz '9999-01-01Z'",
    "0",
    "true",
)


async def test_the_claim_walks_its_index_and_sorts_nothing(database: Database, clock: VirtualClock) -> None:
    user = await make_user(database)
    await database.fetch(
        "insert into alarms (user_id, alarm_time_local, alarm_date, timezone)"
        " select $1, ($2::timestamptz at time zone 'UTC' + n * interval '1 second')::time,"
        " ($2::timestamptz at time zone 'UTC' + n * interval '1 second')::date, 'UTC' from generate_series(1, 20000) n",
        user,
        clock.now(),
    )
    await database.fetch("analyze audio_generation_queue")
    plan = await database.value(
        "explain (format json) " + re.sub(
            r"\$(\d)", lambda number: PARAMETERS[int(number[1]) - 1], statements("queue")["claim_jobs"]
        )
    )  # fmt: skip
    assert '"Index Name": "claim_jobs"' in plan
    assert "Seq Scan" not in plan
    assert '"Node Type": "Sort"' not in plan


VALUES: Final = {
    "claim_jobs": PARAMETERS,
    "begin_jobs": ("'{1, 2}'", "'{1, 2}'"),
    "finish_jobs": ("'{1, 2}'", "'{1, 2}'"),
    "expire_jobs": ("100", "'2000-01-01Z'"),
    "tell_next": ("interval '0'",),
    "find_first": ("interval '0'",),
}


@pytest.mark.parametrize("dead", [20_000, 60_000])
@pytest.mark.parametrize("name", ["claim_jobs", "begin_jobs", "finish_jobs", "expire_jobs", "tell_next", "find_first"])
async def test_an_emptied_table_full_of_dead_rows_is_looked_through_by_the_right_indexes(
    database: Database, name: str, dead: int
) -> None:
    """The planner takes it for empty, and every index for as good as another."""
    async with database.connection() as holder, holder.transaction(isolation="repeatable_read"):
        await holder.fetchval("select 1")
        await database.fetch(
            "insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)"
            " select gen_random_uuid(), gen_random_uuid(), now() + n * interval '1 ms', now()"
            " from generate_series(1, $1::int) n",
            dead,
        )
        await database.fetch("delete from onealarm.live_jobs")
        await database.fetch("analyze onealarm.live_jobs")
        async with database.connection() as connection:
            await connection.execute(f"prepare looking as {statements('queue')[name]}")
            values = ", ".join(VALUES[name])
            plan = str(await connection.fetchval(f"explain (format json) execute looking ({values})"))
            await connection.execute("deallocate looking")
    by_id, by_ring = '"Index Name": "live_jobs_pkey"', '"Index Name": "claim_jobs"'
    assert '"Index Name": "one_live_job"' not in plan
    assert (by_ring in plan) == (name in ("claim_jobs", "expire_jobs", "tell_next", "find_first"))
    assert (by_id in plan) == (name in ("begin_jobs", "finish_jobs"))
    assert "Seq Scan" not in plan
