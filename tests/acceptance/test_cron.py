"""Work by the clock as users run it: calls over HTTP that come twice, two schedulers, and an end in the middle."""

from __future__ import annotations

import asyncio
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx

from onealarm.alarms.preferences import Preferences
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from tests.support.commands import free_port, running
from tests.support.factories import make_alarm_in
from tests.support.waiting import wait_for

TOKEN = "0123456789abcdef" * 3
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ida", "Jon", "Kim", "Lea")
ALL_DONE = "not exists (select from audio_generation_queue where state <> 'done')"


async def set_alarms(url: str) -> None:
    """In half an hour, for each of many people."""
    database = await Database.connect(url)
    for number, name in enumerate(NAMES):
        user = await PostgresPeople(database).create(Preferences(timezone="UTC", name=name))
        ahead = timedelta(minutes=30 + number)
        await make_alarm_in(database, ahead, now=datetime.now(UTC).replace(microsecond=0), user_id=user.id)
    await database.close()


def environment_for(url: str, home: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "ONEALARM_HOME": str(home),
        "ONEALARM_SERVICE_TOKEN": TOKEN,
        "ONEALARM_LOG_FORMAT": "json",
        "PORT": str(free_port()),
    }


async def call(port: str, **body: object) -> dict[str, int]:
    async with httpx.AsyncClient(timeout=120) as client:
        response = await client.post(
            f"http://127.0.0.1:{port}/functions/v1/generate-alarm-audio",
            json=body,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
    assert response.status_code == 200, response.text
    answer: dict[str, int] = response.json()
    return answer


async def assert_nothing_is_held(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    assert await connection.fetchval("select count(*) from audio_generation_queue where state = 'leased'") == 0
    assert await connection.fetchval("select count(*) from onealarm.workers") == 0


async def test_a_call_that_comes_twice_does_nothing_twice(database_url: str, tmp_path: Path) -> None:
    await set_alarms(database_url)
    environment = environment_for(database_url, tmp_path)
    connection = await asyncpg.connect(database_url)
    with running("api", environment=environment) as api:
        api.wait_for("is ready")
        body = {"priority": "batch", "batch": 100, "concurrency": 3}
        answers = await asyncio.gather(*(call(environment["PORT"], **body) for _ in range(2)))
        assert sum(one["done"] for one in answers) == sum(one["claimed"] for one in answers) == len(NAMES)
        rows = await connection.fetch("select state, attempt, count(*) from audio_generation_queue group by 1, 2")
        assert [tuple(row) for row in rows] == [("done", 1, len(NAMES))]
        spoken_twice = "select count(*) from onealarm.segments where times_claimed > 1"
        assert await connection.fetchval(spoken_twice) == 0
        assert api.end(signal.SIGTERM) == 0
    await assert_nothing_is_held(connection)
    await connection.close()


async def test_an_api_that_is_stopped_in_the_middle_of_a_call_holds_nothing(database_url: str, tmp_path: Path) -> None:
    await set_alarms(database_url)
    environment = environment_for(database_url, tmp_path)
    connection = await asyncpg.connect(database_url)
    with running("api", environment=environment) as api:
        api.wait_for("is ready")
        calling = asyncio.create_task(call(environment["PORT"], batch=100, concurrency=2))
        held = "exists (select from audio_generation_queue where state = 'leased')"
        await wait_for(connection, held, seconds=60, fail=lambda: "\n".join(api.seen))
        assert await asyncio.to_thread(api.end, signal.SIGTERM) == 0
        await asyncio.gather(calling, return_exceptions=True)  # it was answered, or cut off
    await assert_nothing_is_held(connection)
    states = await connection.fetch("select state, attempt from audio_generation_queue")
    assert {tuple(row) for row in states} <= {("done", 1), ("waiting", 0)}
    assert ("waiting", 0) in {tuple(row) for row in states}, "it was stopped in the middle"
    await connection.close()


async def test_what_a_killed_scheduler_held_is_made_by_another(database_url: str, tmp_path: Path) -> None:
    await set_alarms(database_url)
    schedule = tmp_path / "lanes.toml"
    schedule.write_text('[lanes.often]\nschedule = "every 1s"\nbatch = 100\n')
    environment = environment_for(database_url, tmp_path / "home")
    connection = await asyncpg.connect(database_url)
    arguments = ("schedule", "run", str(schedule))
    with running(*arguments, environment=environment) as victim:
        held = "exists (select from audio_generation_queue where state = 'leased')"
        await wait_for(connection, held, seconds=60, fail=lambda: "\n".join(victim.seen))
        victim.process.kill()
        victim.process.wait(30)
    left = await connection.fetchval("select count(*) from audio_generation_queue where state = 'leased'")
    assert left > 0, "it was killed with work in its hands"
    with running(*arguments, environment=environment) as other:
        await wait_for(connection, ALL_DONE, seconds=90, fail=lambda: "\n".join(other.seen))
        assert await asyncio.to_thread(other.end, signal.SIGTERM) == 0
    rows = await connection.fetch("select attempt from audio_generation_queue where state = 'done' order by 1")
    assert len(rows) == len(NAMES)
    assert {row["attempt"] for row in rows} <= {1, 2}
    assert rows[-1]["attempt"] == 2, "what was begun counts as an attempt"
    await connection.close()


async def test_two_schedulers_make_every_briefing_once(database_url: str, tmp_path: Path) -> None:
    await set_alarms(database_url)
    schedule = tmp_path / "lanes.toml"
    schedule.write_text(
        '[lanes.often]\nschedule = "every 1s"\nbatch = 2\n\n[lanes.cron]\nschedule = "* * * * * *"\nbatch = 2\n'
    )
    environment = environment_for(database_url, tmp_path / "home")
    connection = await asyncpg.connect(database_url)
    arguments = ("schedule", "run", str(schedule))
    port = free_port()
    measured = {**environment, "ONEALARM_METRICS_PORT": str(port)}
    with running(*arguments, environment=environment) as one, running(*arguments, environment=measured) as two:
        for process in (one, two):
            process.wait_for("2 lanes are scheduled (often, cron)")
        two.wait_for("lane_ended")
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        assert re.search(r'^onealarm_lane_firings_total{lane="(often|cron)"} ', metrics, re.MULTILINE)
        await wait_for(connection, ALL_DONE, seconds=90, fail=lambda: "\n".join([*one.seen, "--", *two.seen]))
        for process in (one, two):
            process.wait_for("lane_fired")
            assert await asyncio.to_thread(process.end, signal.SIGTERM) == 0
    rows = await connection.fetch("select state, attempt, count(*) from audio_generation_queue group by 1, 2")
    assert [tuple(row) for row in rows] == [("done", 1, len(NAMES))]
    assert await connection.fetchval("select count(distinct claimed_by) from onealarm.lane_firings") == 2
    await assert_nothing_is_held(connection)
    await connection.close()
