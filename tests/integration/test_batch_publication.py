"""Publication of many at once, by two workers, while their users edit: no deadlock, and each is whole or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg

from onealarm.alarms.alarm import Alarm
from onealarm.ids import JobId, UserId
from onealarm.pipeline.publish import Publication
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.batcher import Batcher
from tests.support.briefings import briefing_saying, wish_version
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker
from tests.support.sessions import Session, one_behind_the_other, until_blocked

MINUTE = timedelta(minutes=1)
USERS = 5


async def make_world(
    database: Database, clock: VirtualClock
) -> tuple[list[UserId], list[Alarm], tuple[list[Publication], list[Publication]]]:
    """Some users with two alarms each, of which each of two workers has one ready. One has them in the other order."""
    users = [await make_user(database) for _ in range(USERS)]
    alarms = [
        await make_alarm_in(database, (20 + n) * MINUTE, now=clock.now(), user_id=user)
        for n in range(2)
        for user in users
    ]
    ready: tuple[list[Publication], list[Publication]] = ([], [])
    for mine in ready:
        jobs = await PostgresQueue(database).claim(await make_worker(database), limit=USERS)
        for job in jobs:
            version = await wish_version(database, job)
            assert await PostgresAudio(database).start(job, voice="alloy")
            mine.append(Publication(job, briefing_saying("early"), version))
    ready[1].reverse()
    return users, alarms, ready


def publish(at: Database, made: Sequence[Publication]) -> Any:
    return PostgresAudio(at).publish_all(made)


def rename(at: Database, user: UserId) -> Any:
    return PostgresPeople(at).change_preferences(user, {"name": "Sally"})


def relabel(at: Database, alarm: Alarm) -> Any:
    return PostgresAlarms(at).change(alarm.id, user_id=alarm.user_id, changes={"label": "gym"})


def of_user(made: Sequence[Publication], user: UserId) -> set[JobId]:
    return {one.job.id for one in made if one.job.user_id == user}


def ids(made: Sequence[Publication]) -> set[JobId]:
    return {one.job.id for one in made}


async def each_is_whole_or_not_there(database: Database) -> None:
    """Audio is ready where the job is done, and neither elsewhere; and each ring of these has one of both, or work."""
    torn = await database.fetch(
        "select q.id, q.state, a.status from audio_generation_queue q"
        " left join audio a on a.alarm_id = q.alarm_id and a.ring_at = q.ring_at and a.audio_type = 'combined'"
        " where (q.state = 'done') <> (coalesce(a.status, '') in ('ready', 'superseded'))"
        " and not exists (select from audio_generation_queue o"
        "                 where o.alarm_id = q.alarm_id and o.ring_at = q.ring_at and o.id <> q.id)"
    )
    assert torn == []
    unheard = await database.fetch(
        "select l.id from alarms l where not exists (select from audio_generation_queue q where q.alarm_id = l.id"
        " and q.ring_at = l.next_trigger_at and q.state in ('waiting', 'leased'))"
        " and not exists (select from audio a where a.alarm_id = l.id and a.status = 'ready')"
    )
    assert unheard == []


async def test_an_edit_on_its_way_takes_its_own_from_two_batches_and_no_other(
    database: Database, one: Session, other: Session, third: Session, clock: VirtualClock
) -> None:
    users, _, (first, second) = await make_world(database, clock)
    async with one.raw.transaction():
        await rename(one, users[2])
        publishing = [asyncio.create_task(publish(at, made)) for at, made in ((other, first), (third, second))]
        await until_blocked(database, other, by=one)
        await until_blocked(database, third, by=one)
    published = await asyncio.gather(*publishing)
    assert published == [ids(made) - of_user(made, users[2]) for made in (first, second)]
    await each_is_whole_or_not_there(database)


async def test_an_edit_that_comes_while_a_batch_is_published_has_it_made_again(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    users, _, (first, second) = await make_world(database, clock)
    published, _ = await one_behind_the_other(database, one, publish(one, first), other, rename(other, users[2]))
    assert published == ids(first)
    assert await publish(database, second) == ids(second) - of_user(second, users[2])
    await each_is_whole_or_not_there(database)
    again = await database.fetch("select user_id from audio_generation_queue where state = 'waiting'")
    assert [row["user_id"] for row in again] == [users[2]] * 2


async def test_a_batch_waits_for_no_other_that_holds_the_same_users(
    database: Database, one: Session, other: Session, clock: VirtualClock
) -> None:
    _, _, (first, second) = await make_world(database, clock)
    async with one.raw.transaction():
        published = await publish(one, first)
        async with asyncio.timeout(20):
            assert await publish(other, second) == ids(second)
    assert published == ids(first)
    await each_is_whole_or_not_there(database)


async def test_all_at_once_ends_without_a_deadlock(database: Database, clock: VirtualClock) -> None:
    """Two workers' batches, and an edit of every user and every alarm, from as many connections as there are."""
    for _ in range(5):
        users, alarms, (first, second) = await make_world(database, clock)
        edits = [rename(database, user) for user in users] + [relabel(database, alarm) for alarm in reversed(alarms)]
        middle = len(edits) // 2
        async with asyncio.timeout(60):
            answers = await asyncio.gather(
                *edits[:middle], publish(database, first), publish(database, second), *edits[middle:]
            )
        for made, published in ((first, answers[middle]), (second, answers[middle + 1])):
            assert published <= ids(made)
        await each_is_whole_or_not_there(database)
        await database.fetch("delete from users")


async def test_one_that_cannot_be_written_fails_alone(database: Database, clock: VirtualClock) -> None:
    _, _, (first, _) = await make_world(database, clock)
    good, bad, last = first[:3]
    bad = replace(bad, briefing=replace(bad.briefing, tier="splendid"))  # type: ignore[arg-type]
    sizes: list[int] = []

    async def write(made: Sequence[Publication]) -> list[bool]:
        sizes.append(len(made))
        published = await publish(database, made)
        return [publication.job.id in published for publication in made]

    batcher: Batcher[Publication, bool] = Batcher(write)
    answers = await asyncio.gather(*map(batcher.put, (good, bad, last)), return_exceptions=True)
    assert (answers[0], answers[2], sizes) == (True, True, [3, 1, 1, 1])
    assert isinstance(answers[1], asyncpg.CheckViolationError)
    state = "select state from audio_generation_queue where id = $1"
    assert [await database.value(state, made.job.id) for made in (good, bad, last)] == ["done", "leased", "done"]
