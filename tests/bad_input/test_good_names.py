"""Names that look like bad input and are none: kept to the letter at every entry, and no alarm is lost over one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from onealarm.api.app import create_app
from onealarm.bootstrap import Parts, build
from onealarm.config import load_settings
from tests.api.support import alarm_of, make_due_briefings
from tests.bad_input.command import House, call, house
from tests.support.clock import VirtualClock
from tests.support.postgres import Server

NAMES = (
    "Zoë Ångström-Østergård",
    "Ὀδυσσεύς",
    "Владимир",
    "王小明",
    "さくら",
    "김철수",
    "مُحَمَّد",
    "אברהם",
    "ปรียา",
    "नरेन्द्र",
    "O'Brien; drop table users --",
    '"Bobby" <b>bold</b> & \\ %s {name} $1 [red]',
    "👩‍🚀👨‍👩‍👧‍👦🏳️‍🌈",
    "🌅" * 300,
    "x" * 300,
    "e\u0301" * 150,
    "\u202eSarah\u202c",
    "…",
    "null",
    "0",
)


@pytest.fixture
async def parts(database_url: str, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Parts]:
    settings = load_settings(ONEALARM_HOME=str(tmp_path / "home"), ONEALARM_PROCESSES="1")
    async with build(settings, database_url, now=clock.now, stock=("alloy",)) as built:
        yield built


async def test_http_keeps_them_and_a_briefing_is_made_for_each(parts: Parts, subtests: pytest.Subtests) -> None:
    transport = httpx.ASGITransport(create_app(parts, household=False))
    operator = {"Authorization": f"Bearer {await parts.people.create_token(None)}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=operator) as client:
        alarms = {}
        for name in NAMES:
            preferences = {"timezone": "America/New_York", "name": name}
            made = (await client.post("/v1/users", json={"preferences": preferences})).json()
            read = (await client.get(f"/v1/users/{made['id']}")).json()
            assert read["preferences"]["name"] == name
            alarms[name] = await alarm_of(client, user_id=made["id"], label=name[:200])
        while (await parts.queue.counts()).due > 0:
            await make_due_briefings(parts)
        for name, alarm in alarms.items():
            with subtests.test(name=name):
                told = (await client.get(f"/v1/alarms/{alarm['id']}/audio")).json()
                assert (told["status"], told["tier"]) == ("ready", "full")
                assert told["audio"]["sections"][0]["kind"] == "greeting"


async def test_sql_keeps_them(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    for name in NAMES:
        kept = await connection.fetchval(
            """with made as (insert into users default values returning id)
               insert into user_preferences (user_id, preferred_name, timezone) select id, $1, 'UTC' from made
               returning preferred_name""",
            name,
        )
        assert kept == name
    await connection.close()


class TestCommandLine:
    @pytest.fixture
    def home(self, server: Server, tmp_path: Path) -> Iterator[House]:
        with house(server, tmp_path) as furnished:
            yield furnished

    def test_it_keeps_them(self, home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in NAMES:
            arguments = ("user", "create", "--timezone", "UTC", "--json", "--name", name)
            code, out, err = call(arguments, home.environment, folder=tmp_path, patch=monkeypatch)
            assert (code, err) == (0, "")
            assert json.loads(out)["preferences"]["name"] == name
