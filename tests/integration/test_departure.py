"""A user leaves with all that is his, files too; or he takes a copy of it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from onealarm.briefing.facts import Weather
from onealarm.briefing.learning import Reaction
from onealarm.errors import NotFound, Retryable
from onealarm.events import JobDone, ResultRefused, ServiceFailed
from onealarm.ids import UserId
from onealarm.jobs.job import Job
from onealarm.pipeline.keeping import OWNERLESS_KEPT
from onealarm.pipeline.objects import object_name
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.export import PostgresExport
from onealarm.postgres.feeds import PostgresFeeds
from onealarm.postgres.heard import PostgresHeard
from onealarm.postgres.owners import PostgresOwners
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.reactions import PostgresReactions
from onealarm.postgres.statements import statements
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user
from tests.support.keeping import Keeping, key, keys_of, put_segment, stored
from tests.support.making import Making
from tests.support.voices import ScriptedVoice
from tests.support.waiting import wait_until_blocked

AHEAD: Final = timedelta(minutes=50)

EXPORTED_AS: Final = {
    "users": "user",
    "user_preferences": "preferences",
    "weather_data": "weather",
    "alarms": "alarms",
    "snoozes": "snoozes",
    "audio_generation_queue": "jobs",
    "audio": "audio",
    "logs": "logs",
    "tokens": "tokens",
    "segment_users": "segments",
    "heard": "heard",
    "reactions": "reactions",
    "feeds": "feeds",
}
"""Each table in which something of a user's stands, and its name in the export."""


async def tables_with_users(database: Database) -> list[tuple[str, str, str]]:
    """Schema, table and column of all that belongs to a user."""
    rows = await database.fetch(
        "select c.table_schema, c.table_name, c.column_name from information_schema.columns c"
        " join information_schema.tables t using (table_schema, table_name)"
        " where t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'onealarm')"
        " and (c.column_name = 'user_id' or (c.table_name = 'users' and c.column_name = 'id'))"
        " and not (select p.relispartition from pg_class p"  # what they hold is seen in their whole
        "          where p.oid = format('%I.%I', c.table_schema, c.table_name)::regclass)"
    )
    return [(row["table_schema"], row["table_name"], row["column_name"]) for row in rows]


async def rows_of(database: Database, user: UserId) -> dict[str, int]:
    """How many rows of each table are the user's."""
    return {
        table: await database.value(f"select count(*) from {schema}.{table} where {column} = $1", user)
        for schema, table, column in await tables_with_users(database)
    }


async def make_full_user(database: Database, process: Making, clock: VirtualClock, *, name: str = "Sarah") -> UserId:
    """A user of whom there is something in every table, with a briefing that holds his name and his client's words."""
    people = PostgresPeople(database)
    user = await make_user(database, name=name)
    await people.save_weather(user, Weather(updated_at=clock.now(), location="Elm Street", current_temp=3))
    await people.create_token(user)
    await PostgresFeeds(database).create(user)
    await PostgresHeard(database).remember(user, ["0123456789abcdef"], day=clock.now().date())
    await PostgresReactions(database).save(user, [Reaction("news", clock.now().date(), 0.5)], ring_at=clock.now())
    await database.fetch("insert into logs (user_id, event_type) values ($1, 'opened')", user)
    alarm = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    assert await process.work() == 1
    await database.fetch("update alarms set last_ring_at = onealarm.now() where id = $1", alarm.id)
    await PostgresAlarms(database).snooze(alarm.id, user_id=user, minutes=60)
    return user


async def test_every_table_that_knows_users_is_in_the_export_and_empty_after_the_departure(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock
) -> None:
    user = await make_full_user(database, process, clock)
    before = await rows_of(database, user)
    assert before.keys() == EXPORTED_AS.keys(), "a new table needs a place in the export"
    assert min(before.values()) > 0, "and something in it for this test"
    exported = await PostgresExport(database).of_user(user)
    assert exported.keys() == set(EXPORTED_AS.values())
    for table, count in before.items():
        found = exported[EXPORTED_AS[table]]
        assert (len(found) if isinstance(found, list) else 1) == count, table
    await keeper.departure.delete(user)
    assert set((await rows_of(database, user)).values()) == {0}


async def test_the_export_tells_what_was_said_and_no_proof_of_a_token(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    user = await make_full_user(database, process, clock)
    await make_full_user(database, process, clock, name="Tom")
    exported = await PostgresExport(database).of_user(user)
    assert exported["user"]["id"] == user
    assert exported["preferences"]["preferred_name"] == "Sarah"
    assert exported["weather"]["location"] == "Elm Street"
    assert "Sarah" in exported["audio"][0]["transcript"]
    assert exported["tokens"][0].keys() == {"created_at"}
    assert "Tom" not in json.dumps(exported, default=str)
    with pytest.raises(NotFound, match="user"):
        await PostgresExport(database).of_user(UserId(exported["audio"][0]["id"]))


async def test_whole_rows_are_exported(database: Database, process: Making, clock: VirtualClock) -> None:
    user = await make_full_user(database, process, clock)
    exported = await PostgresExport(database).of_user(user)
    for table in ("alarms", "audio_generation_queue", "audio", "logs"):
        columns = {
            row["column_name"]
            for row in await database.fetch(
                "select column_name from information_schema.columns where table_name = $1", table
            )
        }
        assert columns <= exported[EXPORTED_AS[table]][0].keys()


async def test_files_that_only_he_used_are_gone_when_the_departure_returns(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    first, second = [await make_full_user(database, process, clock) for _ in range(2)]
    await make_full_user(database, process, clock, name="Tom")
    sealed = {row["key"] for row in await database.fetch("select key from onealarm.segments where text is null")}
    shared = await keys_of(database) - sealed
    await keeper.departure.delete(first)
    assert await keys_of(database) == stored(tmp_path) == sealed | shared, "the other one is called Sarah too"
    await keeper.departure.delete(second)
    toms = {row["key"] for row in await database.fetch("select key from onealarm.segment_users")}
    assert toms < sealed
    assert await keys_of(database) == stored(tmp_path) == toms | shared
    [audio] = await database.fetch("select id from audio where status = 'ready'")
    briefing = (await PostgresAudio(database).find(audio["id"])).briefing
    assert await process.composer.read(briefing, "aac"), "what Tom is to hear is there"


async def test_a_crash_after_the_rows_is_completed_by_the_collector(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    user = await make_full_user(database, process, clock)
    left = await PostgresPeople(database).delete(user)
    assert set(left) <= stored(tmp_path)
    clock.advance(OWNERLESS_KEPT + timedelta(seconds=1))
    assert await keeper.collector.run_once() == len(left)
    assert not set(left) & (stored(tmp_path) | await keys_of(database))


async def test_a_store_that_fails_does_not_bring_the_user_back(
    database: Database,
    process: Making,
    keeper: Keeping,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    user = await make_full_user(database, process, clock)

    async def fail(name: str) -> None:
        raise Retryable(f"object {name} could not be deleted")

    with monkeypatch.context() as patch:
        patch.setattr(keeper.store, "delete", fail)
        await keeper.departure.delete(user)
    assert set((await rows_of(database, user)).values()) == {0}
    assert [type(event) for event in keeper.seen] == [ServiceFailed]
    clock.advance(timedelta(seconds=15))
    assert await keeper.collector.run_once() > 0
    assert await database.value("select count(*) from onealarm.segments where text is null") == 0
    assert stored(tmp_path) == await keys_of(database)


async def test_an_unknown_user_cannot_leave(keeper: Keeping) -> None:
    with pytest.raises(NotFound, match="user"):
        await keeper.departure.delete(UserId(uuid4()))


async def leased_job_of(database: Database, process: Making, user: UserId, clock: VirtualClock) -> Job:
    await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    await process.queue.beat(process.worker.id)
    [job] = await process.queue.claim(process.worker.id, limit=1)
    return job


async def test_a_departure_that_waits_for_a_worker_is_not_in_its_way(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock
) -> None:
    """The worker has locked its job and still needs the user: whoever locks the user first would deadlock with it."""
    user = await make_user(database)
    job = await leased_job_of(database, process, user, clock)
    async with database.connection() as connection, connection.transaction():
        await connection.fetch("select from audio_generation_queue where id = $1 for update", job.id)
        leaving = asyncio.create_task(keeper.departure.delete(user))
        await wait_until_blocked(database)
        async with asyncio.timeout(10):
            assert await connection.fetch(statements("audio")["start_audio"], job.id, job.lease_token, "alloy")
    await asyncio.wait_for(leaving, 10)
    assert set((await rows_of(database, user)).values()) == {0}, "what was written meanwhile goes too"


async def test_a_worker_that_waits_for_a_departure_is_refused(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    user = await make_user(database)
    job = await leased_job_of(database, process, user, clock)
    async with database.connection() as connection, connection.transaction():
        await connection.execute(statements("people")["delete_alarms_of_user"], user)
        beginning = asyncio.create_task(process.audio.start(job, voice="alloy"))
        await wait_until_blocked(database)
        await connection.execute(statements("people")["delete_user"], user)
    assert await asyncio.wait_for(beginning, 10) is False
    assert set((await rows_of(database, user)).values()) == {0}


async def test_nothing_becomes_his_while_he_leaves(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock
) -> None:
    """The owners of a briefing are being written when its user goes."""
    user = await make_user(database)
    job = await leased_job_of(database, process, user, clock)
    await put_segment(database, keeper.store, key("ab"), text=None)
    async with database.connection() as connection, connection.transaction():
        await connection.execute(statements("people")["lock_user"], user)
        owning = asyncio.create_task(PostgresOwners(database).hold(job, [key("ab")]))
        await wait_until_blocked(database)
        await connection.execute(statements("people")["delete_user"], user)
    assert await asyncio.wait_for(owning, 10) is None, "as when the lease is lost"
    assert set((await rows_of(database, user)).values()) == {0}


async def test_departures_and_publishings_at_once_neither_deadlock_nor_leave_anything(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, voice: ScriptedVoice, tmp_path: Path
) -> None:
    """Many rounds: several users of one name leave at the moment at which their briefings are published."""
    rounds, outcomes = 12, set[type]()
    for number in range(rounds):
        users = [await make_user(database, name=f"Sarah {number}") for _ in range(3)]
        for user in users:
            await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
        voice.held, seen = asyncio.Event(), len(process.events)
        voice.asked.clear()
        await process.queue.beat(process.worker.id)
        assert await process.worker.claim_once() == 3
        await asyncio.wait_for(voice.asked.wait(), 10)
        voice.held.set()
        for _ in range(number):
            await asyncio.sleep(0)  # a different moment every time
        await asyncio.wait_for(
            asyncio.gather(process.worker.finish(), *(keeper.departure.delete(user) for user in users)), 30
        )
        outcomes |= {type(event) for event in process.events[seen:]}
        for user in users:
            assert set((await rows_of(database, user)).values()) == {0}
    assert not outcomes & {ServiceFailed}, "no deadlock, which would be an error of the database"
    assert outcomes & {ResultRefused, JobDone}
    assert not [event for event in keeper.seen if isinstance(event, ServiceFailed)]
    clock.advance(OWNERLESS_KEPT + timedelta(seconds=1))
    await keeper.collector.run_once()
    assert await database.value("select count(*) from onealarm.segments where text is null") == 0
    assert stored(tmp_path) == await keys_of(database)
    assert all((tmp_path / object_name(one)).exists() for one in await keys_of(database))
