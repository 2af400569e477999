"""Workers are killed, and started two at a time: nothing is lost, nothing is done twice."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from onealarm.alarms.preferences import Preferences
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from tests.support.commands import Running, running, wait_until_gone
from tests.support.factories import make_alarm_in
from tests.support.postgres import Server
from tests.support.waiting import wait_for

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ida", "Jon", "Kim", "Lea", "Max", "Nia", "Otto")


async def set_alarms(url: str) -> None:
    """An alarm in half an hour for each of many people, so that there is work for some seconds."""
    database = await Database.connect(url)
    for number, name in enumerate(NAMES):
        user = await PostgresPeople(database).create(Preferences(timezone="UTC", name=name))
        ahead = timedelta(minutes=30 + number)
        await make_alarm_in(database, ahead, now=datetime.now(UTC).replace(microsecond=0), user_id=user.id)
    await database.close()


ALL_DONE = "not exists (select from audio_generation_queue where state <> 'done')"
MID_WORK = """(select count(*) from onealarm.segments where state = 'ready') >= 15
    and exists (select from audio_generation_queue where state = 'leased' and worker_id = '{worker}')
    and exists (select from onealarm.segments where state = 'speaking' and worker_id = '{worker}')"""


async def assert_all_done_once(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    audio = await connection.fetch("select status, count(*) from audio where audio_type = 'combined' group by 1")
    assert [tuple(row) for row in audio] == [("ready", len(NAMES))]
    unspoken = await connection.fetchval(
        "select count(*) from audio a, jsonb_array_elements(a.parts) as part"
        " where a.status = 'ready' and part ->> 'key' not like 'pause:%' and not exists ("
        "   select from onealarm.segments s where s.key = part ->> 'key' and s.state = 'ready')"
    )
    assert unspoken == 0


async def keys(connection: asyncpg.Connection[asyncpg.Record], condition: str) -> set[str]:
    """The keys of the segments for which something holds."""
    return {row["key"] for row in await connection.fetch(f"select key from onealarm.segments where {condition}")}


def worker_id(worker: Running) -> str:
    return worker.wait_for("is running").split()[1]


async def test_the_work_of_a_killed_worker_is_done_by_another_within_20_seconds(
    database_url: str, tmp_path: Path
) -> None:
    await set_alarms(database_url)
    environment = {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path), "ONEALARM_SLOTS": "4"}
    connection = await asyncpg.connect(database_url)
    with running("worker", environment=environment) as victim, running("worker", environment=environment) as other:
        killed_id = worker_id(victim)
        worker_id(other)

        def output() -> str:
            return "\n".join([*victim.seen, "--", *other.seen])

        await wait_for(connection, MID_WORK.format(worker=killed_id), seconds=60, fail=output)
        family = victim.family()
        victim.process.kill()
        killed_at = await connection.fetchval("select now()")
        held = await connection.fetch(
            "select id from audio_generation_queue where state = 'leased' and worker_id = $1::uuid", killed_id
        )
        assert held, "it was to be killed with work in its hands"
        unfinished = await keys(connection, f"state = 'speaking' and worker_id = '{killed_id}'")
        wait_until_gone(family)
        await wait_for(connection, ALL_DONE, seconds=60, fail=output)
        last = await connection.fetchval("select max(finished_at) from audio_generation_queue")
        assert last - killed_at <= timedelta(seconds=20)
        again = await connection.fetch(
            "select attempt from audio_generation_queue where id = any ($1)", [row["id"] for row in held]
        )
        assert {row["attempt"] for row in again} == {2}
        await assert_all_done_once(connection)
        assert await keys(connection, "times_claimed > 1") <= unfinished, "only what the dead one was at is spoken anew"
        assert other.end(signal.SIGTERM) == 0
    await connection.close()


async def test_two_starters_and_two_workers_on_a_new_database_do_no_double_work(server: Server, tmp_path: Path) -> None:
    with server.database(template=None) as url:
        environment = {"DATABASE_URL": url, "ONEALARM_HOME": str(tmp_path)}
        with running("worker", environment=environment) as one, running("worker", environment=environment) as two:
            ids = {worker_id(one), worker_id(two)}
            await set_alarms(url)
            connection = await asyncpg.connect(url)
            await wait_for(connection, ALL_DONE, seconds=60, fail=lambda: "\n".join([*one.seen, "--", *two.seen]))
            await wait_for(
                connection,
                f"(select count(*) from audio where audio_type = 'stock') = {len(VOICES) * len(LANGUAGES)}",
                seconds=60,
                fail=lambda: "\n".join([*one.seen, "--", *two.seen]),
            )
            await assert_all_done_once(connection)
            assert await keys(connection, "times_claimed > 1") == set()
            attempts = await connection.fetch("select distinct attempt from audio_generation_queue")
            assert [row["attempt"] for row in attempts] == [1]
            speakers = await connection.fetch("select distinct worker_id from onealarm.segments")
            assert {str(row["worker_id"]) for row in speakers} <= ids
            families = [*one.family(), *two.family()]
            assert one.end(signal.SIGTERM) == 0
            assert two.end(signal.SIGINT) == 0
            wait_until_gone(families)
            assert await connection.fetchval("select count(*) from onealarm.workers") == 0
            await connection.close()
