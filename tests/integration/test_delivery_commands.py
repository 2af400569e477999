"""The commands that deliver: feeds, the key of signatures, whole files. In this process, as the program calls them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onealarm.clock import SystemClock
from onealarm.postgres.database import Database
from tests.bad_input.command import call
from tests.support.factories import make_alarm_in
from tests.support.postgres import run_apart

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    environment = {
        "DATABASE_URL": database_url,
        "ONEALARM_HOME": str(tmp_path / "home"),
        "ONEALARM_PROCESSES": "1",
        "ONEALARM_PUBLIC_URL": "https://alarm.example.org",
    }

    def run(*arguments: str) -> dict[str, Any]:
        code, out, err = call([*arguments, "--json"], environment, folder=tmp_path, patch=monkeypatch)
        assert (code, err) == (0, "")
        answer: dict[str, Any] = json.loads(out.splitlines()[-1])
        return answer

    return run


def test_a_feed_is_made_listed_and_revoked(run: Run) -> None:
    user = run("user", "create", "--timezone", "UTC")["id"]
    made = run("user", "feed", user)
    assert made["podcast"].startswith("https://alarm.example.org/v1/feeds/of_")
    [listed] = run("user", "feed", user, "--list")["feeds"]
    assert (listed["id"], listed["last_read_at"]) == (made["id"], None)
    assert run("user", "feed", user, "--revoke", made["id"]) == {"revoked": made["id"]}
    assert run("user", "feed", user, "--list") == {"feeds": []}


def test_a_new_key_signs_and_the_old_one_holds_or_does_not(run: Run, database_url: str) -> None:
    assert run("signing", "rotate") == {"key": 2, "at_once": False}
    assert run("signing", "rotate", "--at-once") == {"key": 3, "at_once": True}
    assert numbers(database_url) == [3]


def numbers(url: str) -> list[int]:
    found: list[int] = []

    async def look() -> None:
        async with connected(url) as database:
            found.extend(row["number"] for row in await database.fetch("select number from onealarm.signing_keys"))

    run_apart(look())
    return found


def test_all_ready_briefings_are_written_as_whole_files_once(run: Run, database_url: str, tmp_path: Path) -> None:
    assert run("materialise") == {"files": []}
    run_apart(put_stock_like_briefing(database_url))
    [file] = run("materialise", "--form", "aac")["files"]
    assert (tmp_path / "home" / "audio" / file["name"]).stat().st_size == file["size"] == 33
    assert run("materialise", "--form", "aac") == {"files": []}
    audio = file["name"].split("/")[1]
    assert run("materialise", audio, "--form", "aac")["files"] == [file], "asked for by name it is written again"


async def put_stock_like_briefing(url: str) -> None:
    """A ready briefing that is nothing but a pause of three frames, which needs no segment."""
    async with connected(url) as database:
        now = SystemClock().now()
        alarm = await make_alarm_in(database, timedelta(hours=2), now=now)
        await database.fetch(
            "insert into audio (user_id, alarm_id, ring_at, status, tier, engine, voice, parts, sections,"
            " duration_seconds, file_size, etag, generated_at, expires_at)"
            " select user_id, id, next_trigger_at, 'ready', 'full', 'x', 'alloy', $2, '[]', 0.128, 33,"
            " repeat('0', 32), now(), next_trigger_at + interval '2 days' from alarms where id = $1",
            alarm.id,
            [{"key": "pause:3", "frames": 3, "size": 33}],
        )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    database = await Database.connect(url)
    try:
        yield database
    finally:
        await database.close()
