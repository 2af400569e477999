"""``onealarm up``: everything on one machine, from nothing to the first audio, and away again."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from onealarm.audio.decode import decode
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.bootstrap import build
from onealarm.cli.first_alarm import create_first_alarm
from onealarm.config import load_settings
from onealarm.postgres.embedded import EmbeddedServer
from tests.support.commands import Running, free_port, run, run_json, running, wait_until_gone


@pytest.fixture
def home() -> Iterator[Path]:
    """Reachable for the server's own user, unlike pytest's temporary folders."""
    with tempfile.TemporaryDirectory(prefix="onealarm-up-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        yield home
        if (home / "postgres" / "data" / "postmaster.pid").exists():  # a test failed, and its command was killed
            with EmbeddedServer(home):
                pass


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {"ONEALARM_HOME": str(home), "PORT": str(free_port())}


def address(started: Running) -> str:
    return started.wait_for("Listen at").split()[-1]


async def first_audio(base: str) -> dict[str, object]:
    """The ready audio of the first alarm, asked for until it is there."""
    async with httpx.AsyncClient(base_url=base, timeout=30) as page, asyncio.timeout(60):
        await page.get("/")  # gives the cookie by which the page reads
        while True:
            [alarm] = (await page.get("/v1/alarms")).json()["alarms"]
            found: dict[str, object] = (await page.get(f"/v1/alarms/{alarm['id']}/audio")).json()
            if found["status"] == "ready":
                return found


async def test_from_nothing_to_the_first_audio_and_again_with_the_same_data(
    environment: dict[str, str], home: Path
) -> None:
    with running("up", environment=environment) as first:
        found = await first_audio(address(first))
        family = first.family()
        assert first.end(signal.SIGINT) == 0
        wait_until_gone(family)
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()
    with running("up", environment=environment) as second:
        base = address(second)
        assert await first_audio(base) == found
        async with httpx.AsyncClient(base_url=base, timeout=30) as page:
            await page.get("/")
            play = found["play"]
            assert isinstance(play, dict)
            sound = decode((await page.get(play["url"])).content)
            assert sound.size > 5 * SAMPLE_RATE
            async with asyncio.timeout(120):
                # until the stock of every voice is there in every language
                while (await page.get("/readyz")).status_code != 200:
                    pass
            assert "onealarm_jobs_total" in (await page.get("/metrics")).text
        # Commands reach the running server's database.
        alarm = run_json("alarm", "create", "07:00", "--days", "weekdays", environment=environment)
        assert alarm["days"] == [1, 2, 3, 4, 5]
        assert second.end(signal.SIGTERM) == 0


async def test_an_alarm_ten_minutes_ahead_is_ready_within_a_minute_and_one_a_minute_ahead_says_what_plays(
    environment: dict[str, str],
) -> None:
    with running("up", environment=environment) as started:
        base = address(started)
        async with httpx.AsyncClient(base_url=base, timeout=30) as page:
            await page.get("/")
            made = {}
            for minutes in (1, 10):
                ring = datetime.now(UTC) + timedelta(minutes=minutes, seconds=5)
                made[minutes] = run_json(
                    "alarm", "create", f"{ring:%H:%M:%S}", "--timezone", "UTC", environment=environment
                )
                if minutes == 1:
                    near = (await page.get(f"/v1/alarms/{made[1]['id']}/audio")).json()
                    assert near["tier"] in ("full", "stock", "tone")
                    assert near["tier"] == "full" or "its ring is near" in near["reason"]
            async with asyncio.timeout(60):
                while (await page.get(f"/v1/alarms/{made[10]['id']}/audio")).json()["status"] != "ready":
                    pass
        assert started.end(signal.SIGINT) == 0


def test_a_port_in_use_is_told_before_anything_is_started(environment: dict[str, str], home: Path) -> None:
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        done = run("up", environment=environment, code=2)
    assert "cannot be listened on" in done.stderr
    assert "set PORT" in done.stderr
    assert not home.exists()


def test_commands_work_without_a_running_server_and_leave_none(environment: dict[str, str], home: Path) -> None:
    user = run_json("user", "create", "--name", "Zoë", "--timezone", "Europe/Berlin", environment=environment)
    assert user["preferences"]["name"] == "Zoë"
    alarm = run_json("alarm", "create", "06:45", "--label", "run", environment=environment)
    assert alarm["timezone"] == "Europe/Berlin"
    changed = run_json("alarm", "set", alarm["id"], "--off", environment=environment)
    assert changed["active"] is False
    assert run_json("migrate", environment=environment) == {"applied": []}
    report = run_json("doctor", "--repair", environment=environment)
    assert report["well"] is True
    assert {finding["part"] for finding in report["findings"]} == {
        "disk", "voice", "database", "clock", "zones", "stock", "queue",
    }  # fmt: skip
    assert run_json("doctor", environment=environment)["well"] is True
    run("user", "delete", user["id"], environment=environment)
    assert run_json("alarm", "list", environment=environment) == {"alarms": []}
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("user", "create", "--timezone", "Mars/Olympus"), "timezone"),
        (("user", "create", "--place", "Nephelokokkygia"), "place: no town of the name 'Nephelokokkygia' is known"),
        (("alarm", "create", "25:00"), "time: '25:00' is not a time of day. Give it as HH:MM"),
        (("alarm", "create", "07:00"), "--user: there is no user yet"),
        (("alarm", "delete", "abc"), "alarm: 'abc' is not an id"),
    ],
)
def test_bad_input_ends_with_code_2(
    arguments: tuple[str, ...], message: str, database_url: str, tmp_path: Path
) -> None:
    environment = {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path)}
    assert message in run(*arguments, environment=environment, code=2).stderr


def test_an_unreachable_database_is_told_with_a_remedy(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x", "ONEALARM_HOME": str(tmp_path)}
    done = run("user", "list", environment=environment, code=1)
    assert "The database cannot be reached" in done.stderr
    assert "Check DATABASE_URL" in done.stderr


def test_a_bad_setting_is_named(tmp_path: Path) -> None:
    done = run("up", environment={"PORT": "eighty", "ONEALARM_HOME": str(tmp_path)}, code=2)
    assert "PORT" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_or_an_early_end_leaves_no_process(
    environment: dict[str, str], home: Path, number: signal.Signals
) -> None:
    with running("up", environment=environment) as started:
        if number == signal.SIGHUP:
            started.wait_for("Listen at")
        else:  # in the middle of the first start
            while not (home / "postgres" / "data.new").exists():
                assert started.process.poll() is None
        family = started.family()
        code = started.end(number)
        assert code == (0 if number == signal.SIGHUP else 128 + number)
        wait_until_gone(family)
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def test_a_demo_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="onealarm-tmp-") as folder:
        Path(folder).chmod(0o755)
        with running("demo", "--out", str(tmp_path / "out"), environment={"TMPDIR": folder}) as started:
            while not list(Path(folder).glob("onealarm-demo-*/postgres/data/postmaster.pid")):
                assert started.process.poll() is None
            family = started.family()
            assert started.end(signal.SIGTERM) == 128 + signal.SIGTERM
            wait_until_gone(family)
        assert list(Path(folder).glob("onealarm-demo-*")) == []


async def test_of_several_starters_one_makes_the_first_alarm(database_url: str, tmp_path: Path) -> None:
    settings = load_settings(ONEALARM_HOME=str(tmp_path))
    async with build(settings, database_url) as one, build(settings, database_url) as two:
        told = await asyncio.gather(*(create_first_alarm(parts) for parts in (one, two, one, two)))
        assert len([note for note in told if note]) == 1
        assert len(await one.people.list()) == len(await one.alarms.list()) == 1
