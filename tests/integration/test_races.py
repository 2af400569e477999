"""Races: two sessions at once, in both orders, where the database says that the second one waits for the first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from onealarm.alarms.alarm import Alarm
from onealarm.errors import BadInput, NotFound
from onealarm.ids import UserId, WorkerId
from onealarm.jobs.job import Job
from onealarm.pipeline.gather import Wish
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_worker
from tests.support.sessions import Session, one_behind_the_other, session, until_blocked

MINUTE = timedelta(minutes=1)
AHEAD = 50 * MINUTE
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass
class Work:
    """A briefing in the making: claimed, its wish read, its beginning shown."""

    alarm: Alarm
    worker: WorkerId
    job: Job
    wish: Wish

    async def publish(self, at: Database) -> bool:
        return await PostgresAudio(at).publish(self.job, briefing_saying("early"), version=self.wish.version)


@pytest.fixture
async def work(database: Database, clock: VirtualClock) -> Work:
    """Of an alarm in 50 minutes."""
    return await begin(database, await make_alarm_in(database, AHEAD, now=clock.now()))


async def begin(database: Database, alarm: Alarm) -> Work:
    worker = await make_worker(database)
    [job] = await PostgresQueue(database).claim(worker, limit=1)
    assert job.alarm_id == alarm.id
    wish = await PostgresWishes(database).load(job)
    assert await PostgresAudio(database).start(job, voice="alloy")
    return Work(alarm, worker, job, wish)


async def rename(at: Database, work: Work) -> object:
    return await PostgresPeople(at).change_preferences(work.alarm.user_id, {"name": "Sally"})


async def change(at: Database, alarm: Alarm, **changes: object) -> Alarm:
    return await PostgresAlarms(at).change(alarm.id, user_id=alarm.user_id, changes=changes)


async def delete(at: Database, alarm: Alarm) -> None:
    await PostgresAlarms(at).delete(alarm.id, user_id=alarm.user_id)


async def jobs_of(database: Database, alarm: Alarm) -> list[tuple[str, Any]]:
    """State and ring of its jobs, oldest first."""
    rows = await database.fetch(
        "select state, ring_at from audio_generation_queue where alarm_id = $1 order by id", alarm.id
    )
    return [(row["state"], row["ring_at"]) for row in rows]


async def statuses_of(database: Database, alarm: Alarm) -> list[str]:
    rows = await database.fetch("select status from audio where alarm_id = $1", alarm.id)
    return sorted(row["status"] for row in rows)


async def served(database: Database, alarm: Alarm) -> str | None:
    found = await PostgresAudio(database).of_alarm(alarm.id)
    return None if found is None or found.audio is None else found.audio.briefing.sections[0].text


async def relabel(at: Database, work: Work) -> object:
    return await change(at, work.alarm, label="gym")


EDITS = {"name": rename, "label": relabel}


@pytest.mark.parametrize("edit", EDITS)
async def test_what_is_published_before_an_edit_is_committed_is_made_again(
    database: Database, one: Session, other: Session, work: Work, edit: str
) -> None:
    published, _ = await one_behind_the_other(database, one, work.publish(one), other, EDITS[edit](other, work))
    assert published is True
    ring = work.job.ring_at
    assert await jobs_of(database, work.alarm) == [("done", ring), ("waiting", ring)]
    assert await statuses_of(database, work.alarm) == ["superseded"]
    assert await served(database, work.alarm) is None


@pytest.mark.parametrize("edit", EDITS)
async def test_what_is_published_after_an_edit_has_begun_is_refused(
    database: Database, one: Session, other: Session, work: Work, edit: str
) -> None:
    _, published = await one_behind_the_other(database, one, EDITS[edit](one, work), other, work.publish(other))
    assert published is False
    ring = work.job.ring_at
    assert await jobs_of(database, work.alarm) == [("cancelled", ring), ("waiting", ring)]
    assert await served(database, work.alarm) is None


async def test_what_is_published_before_its_ring_is_moved_is_withdrawn(
    database: Database, one: Session, other: Session, work: Work, clock: VirtualClock
) -> None:
    later = clock.now() + AHEAD + MINUTE
    published, _ = await one_behind_the_other(
        database, one, work.publish(one), other, change(other, work.alarm, time=later.time())
    )
    assert published is True
    assert await jobs_of(database, work.alarm) == [("done", work.job.ring_at), ("waiting", later)]
    assert await statuses_of(database, work.alarm) == ["superseded"]


@pytest.mark.parametrize("changes", [{"active": False}, {"time": (12, 55)}])
async def test_what_is_published_after_its_ring_has_gone_is_refused(
    database: Database, one: Session, other: Session, work: Work, changes: dict[str, Any], clock: VirtualClock
) -> None:
    if "time" in changes:
        changes = {"time": (clock.now() + AHEAD + MINUTE).time()}
    _, published = await one_behind_the_other(
        database, one, change(one, work.alarm, **changes), other, work.publish(other)
    )
    assert published is False
    assert (await jobs_of(database, work.alarm))[0] == ("cancelled", work.job.ring_at)
    assert await statuses_of(database, work.alarm) == ["failed"]


async def test_what_is_published_before_its_alarm_is_deleted_goes_with_it(
    database: Database, one: Session, other: Session, work: Work
) -> None:
    published, _ = await one_behind_the_other(database, one, work.publish(one), other, delete(other, work.alarm))
    assert published is True
    assert await jobs_of(database, work.alarm) == [("done", work.job.ring_at)]
    assert await statuses_of(database, work.alarm) == []


async def test_what_is_published_after_its_alarm_is_deleted_is_refused(
    database: Database, one: Session, other: Session, work: Work
) -> None:
    _, published = await one_behind_the_other(database, one, delete(one, work.alarm), other, work.publish(other))
    assert published is False
    assert await jobs_of(database, work.alarm) == [("cancelled", work.job.ring_at)]
    assert await statuses_of(database, work.alarm) == []


async def test_a_briefing_begun_while_its_alarm_is_deleted_leaves_nothing_behind(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    starts = PostgresAudio(one).start(job, voice="alloy")
    started, _ = await one_behind_the_other(database, one, starts, other, delete(other, alarm))
    assert started is True
    assert await statuses_of(database, alarm) == []


async def test_a_job_whose_wish_is_being_edited_is_passed_over(
    database: Database, one: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    worker = await make_worker(database)
    queue = PostgresQueue(database)
    for changes in ({"label": "gym"}, {"time": (clock.now() + AHEAD - MINUTE).time()}):
        async with one.raw.transaction():
            await change(one, alarm, **changes)
            assert await queue.claim(worker, limit=5) == []
    [job] = await queue.claim(worker, limit=5)
    assert job.ring_at == clock.now() + AHEAD - MINUTE
    assert (await PostgresWishes(database).load(job)).label == "gym"


async def test_a_job_that_is_claimed_before_an_edit_is_committed_is_taken_away(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    worker = await make_worker(database)
    claims = PostgresQueue(one).claim(worker, limit=1)
    [job], _ = await one_behind_the_other(database, one, claims, other, change(other, alarm, label="gym"))
    assert await jobs_of(database, alarm) == [("cancelled", job.ring_at), ("waiting", job.ring_at)]
    assert await PostgresAudio(database).start(job, voice="alloy") is False


async def test_an_alarm_that_is_being_edited_is_not_rolled(
    database: Database, one: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    alarms = PostgresAlarms(database)
    async with session(database) as late, late.raw.transaction():
        edited = await change(late, alarm, label="gym")
        assert edited.next_ring_at == alarm.next_ring_at
        assert (await alarms.roll()).alarms == 0
    assert (await alarms.roll()).alarms == 1
    rolled = await alarms.find(alarm.id, user_id=None)
    assert (rolled.label, rolled.next_ring_at) == ("gym", alarm.next_ring_at + timedelta(days=1))
    assert rolled.last_ring_at == alarm.next_ring_at


async def test_an_edit_that_waits_for_the_roll_changes_the_ring_that_comes(
    database: Database, clock: VirtualClock
) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    async with session(database) as roller, session(database) as user:
        later = (alarm.next_ring_at + MINUTE).time()
        rolls = PostgresAlarms(roller).roll()
        await one_behind_the_other(database, roller, rolls, user, change(user, alarm, time=later))
    moved = await PostgresAlarms(database).find(alarm.id, user_id=None)
    assert moved.next_ring_at == alarm.next_ring_at + MINUTE
    assert [ring for state, ring in await jobs_of(database, alarm) if state == "waiting"] == [
        alarm.next_ring_at,  # rung: it is left to expire
        moved.next_ring_at,
    ]


async def test_a_skip_that_waits_for_the_roll_leaves_out_the_ring_that_comes(
    database: Database, clock: VirtualClock
) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    async with session(database) as roller, session(database) as user:
        rolls = PostgresAlarms(roller).roll()
        skips = PostgresAlarms(user).skip_next(alarm.id, user_id=None)
        await one_behind_the_other(database, roller, rolls, user, skips)
    skipped = await PostgresAlarms(database).find(alarm.id, user_id=None)
    assert skipped.next_ring_at == alarm.next_ring_at + timedelta(days=2)


async def test_a_skip_that_comes_before_the_roll_leaves_out_the_ring_that_comes_too(
    database: Database, clock: VirtualClock
) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    skipped = await PostgresAlarms(database).skip_next(alarm.id, user_id=None)
    assert skipped.next_ring_at == alarm.next_ring_at + timedelta(days=2)


async def test_a_briefing_that_is_being_published_does_not_expire(
    database: Database, work: Work, clock: VirtualClock
) -> None:
    clock.set(work.job.ring_at)
    async with session(database) as worker, worker.raw.transaction():
        assert await work.publish(worker)
        assert await PostgresQueue(database).expire() == 0
    assert await PostgresQueue(database).expire() == 0
    assert await statuses_of(database, work.alarm) == ["ready"]


async def test_a_job_that_expires_is_not_published(database: Database, work: Work, clock: VirtualClock) -> None:
    clock.set(work.job.ring_at)
    async with session(database) as expirer, session(database) as worker:
        expires = PostgresQueue(expirer).expire()
        expired, published = await one_behind_the_other(database, expirer, expires, worker, work.publish(worker))
    assert (expired, published) == (1, False)
    assert await statuses_of(database, work.alarm) == ["failed"]


async def test_of_two_edits_at_once_both_hold_and_one_job_is_left(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    rings = [clock.now() + AHEAD + n * MINUTE for n in (1, 2)]
    await one_behind_the_other(
        database,
        one,
        change(one, alarm, time=rings[0].time(), label="gym"),
        other,
        change(other, alarm, time=rings[1].time()),
    )
    edited = await PostgresAlarms(database).find(alarm.id, user_id=None)
    assert (edited.label, edited.next_ring_at) == ("gym", rings[1])
    live = [ring for state, ring in await jobs_of(database, alarm) if state == "waiting"]
    assert live == [rings[1]]


@pytest.mark.parametrize("moved_first", [True, False])
async def test_an_alarm_moved_while_its_users_preferences_change_has_one_job_for_its_new_ring(
    database: Database, one: Session, other: Session, work: Work, clock: VirtualClock, moved_first: bool
) -> None:
    later = clock.now() + AHEAD + MINUTE
    mover, hearer = (one, other) if moved_first else (other, one)
    moves, hears = change(mover, work.alarm, time=later.time()), rename(hearer, work)
    await one_behind_the_other(database, one, moves if moved_first else hears, other, hears if moved_first else moves)
    live = [ring for state, ring in await jobs_of(database, work.alarm) if state in ("waiting", "leased")]
    assert live == [later]


@pytest.mark.parametrize("ended_first", [True, False])
async def test_a_snooze_ended_while_its_alarm_is_renamed_leaves_no_job(
    database: Database, clock: VirtualClock, ended_first: bool
) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    alarms = PostgresAlarms(database)
    await alarms.roll()
    await PostgresQueue(database).expire()
    snooze = await alarms.snooze(alarm.id, user_id=None)
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    assert job.ring_at == snooze.ring_at
    async with session(database) as first, session(database) as second:
        ender, namer = (first, second) if ended_first else (second, first)
        ends, names = PostgresAlarms(ender).end_snooze(alarm.id, user_id=None), change(namer, alarm, label="gym")
        order = (ends, names) if ended_first else (names, ends)
        _, after = await one_behind_the_other(database, first, order[0], second, order[1])
    assert not isinstance(after, Exception)
    live = [ring for state, ring in await jobs_of(database, alarm) if state in ("waiting", "leased")]
    assert live == [alarm.next_ring_at + timedelta(days=1)]


async def test_of_two_snoozes_at_once_the_second_is_refused(database: Database, clock: VirtualClock) -> None:
    alarm = await make_alarm(database, days=EVERY_DAY)
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    async with session(database) as one, session(database) as other:
        snoozes = [PostgresAlarms(at).snooze(alarm.id, user_id=None) for at in (one, other)]
        _, second = await one_behind_the_other(database, one, snoozes[0], other, snoozes[1])
    assert isinstance(second, BadInput)
    assert "snoozed until" in second.problem
    assert await database.value("select count(*) from snoozes") == 1


async def edit_unseen(session: Session, user_id: UserId) -> None:
    """Another name, by a session whose triggers are silent: nothing but the version of the wish tells of it."""
    await session.fetch("set local session_replication_role = replica")
    await session.fetch(
        "update user_preferences set preferred_name = 'Sally', version = nextval('onealarm.versions')"
        " where user_id = $1",
        user_id,
    )


async def test_a_wish_read_before_an_edit_is_committed_is_not_published_after_it(
    database: Database, one: Session, clock: VirtualClock
) -> None:
    queue, audio = PostgresQueue(database), PostgresAudio(database)
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    async with one.raw.transaction():
        await edit_unseen(one, alarm.user_id)
        work = await begin(database, alarm)
        assert work.wish.listener.name == "Sarah"
    assert await work.publish(database) is False
    assert await queue.release(work.job) is True
    [row] = await database.fetch("select state, attempt from audio_generation_queue where alarm_id = $1", alarm.id)
    assert (row["state"], row["attempt"]) == ("waiting", 0)
    [again] = await queue.claim(work.worker, limit=1)
    wish = await PostgresWishes(database).load(again)
    assert (again.attempt, wish.listener.name) == (1, "Sally")
    assert await audio.start(again, voice="alloy")
    assert await audio.publish(again, briefing_saying("Sally"), version=wish.version)
    assert await served(database, alarm) == "Sally"


async def test_a_publication_waits_for_an_edit_that_is_on_its_way(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    work = await begin(database, alarm)
    async with one.raw.transaction():
        await edit_unseen(one, alarm.user_id)
        publishing = asyncio.create_task(work.publish(other))
        await until_blocked(database, other, by=one)
    assert await publishing is False
    assert await served(database, alarm) is None


async def test_a_user_who_is_deleted_while_his_briefing_is_published_goes_without_a_deadlock(
    database: Database, one: Session, other: Session, work: Work
) -> None:
    """The deletion is held up in its middle, at the user's row, and the publication comes in between."""
    async with session(database) as holder, holder.raw.transaction():
        await holder.fetch("select from users where id = $1 for key share", work.alarm.user_id)
        deleting = asyncio.create_task(PostgresPeople(one).delete(work.alarm.user_id))
        await until_blocked(database, one, by=holder)
        publishing = asyncio.create_task(work.publish(other))
        await until_blocked(database, other, by=one)
    await deleting
    assert await publishing is False
    assert await database.value("select count(*) from audio_generation_queue") == 0
    assert await database.value("select count(*) from audio") == 0


async def test_what_is_published_before_its_user_is_deleted_goes_with_him(
    database: Database, one: Session, other: Session, work: Work
) -> None:
    deletes = PostgresPeople(other).delete(work.alarm.user_id)
    published, deleted = await one_behind_the_other(database, one, work.publish(one), other, deletes)
    assert (published, deleted) == (True, [])
    assert await database.value("select count(*) from audio") == 0
    with pytest.raises(NotFound):
        await PostgresPeople(database).find(work.alarm.user_id)


async def test_two_jobs_are_never_put_in_for_one_occurrence_at_once(
    database: Database, one: Session, other: Session, work: Work
) -> None:
    assert await PostgresQueue(database).bury(work.job, reason="no such voice")
    put_in = (
        "insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)"
        " select alarm_id, user_id, ring_at, scheduled_for from audio_generation_queue where id = $1"
    )
    inserts = [at.fetch(put_in, work.job.id) for at in (one, other)]
    _, second = await one_behind_the_other(database, one, inserts[0], other, inserts[1])
    assert isinstance(second, asyncpg.UniqueViolationError)
