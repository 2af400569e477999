"""The commands for users and alarms, on the database that the API serves from."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import asyncpg
import pytest

from tests.support.commands import COMMAND, run, run_json
from tests.support.postgres import run_apart

LABEL = "[/red] a label that is much too long for a line of a terminal with its eighty columns"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path / "home"), "ONEALARM_PROCESSES": "1"}


def test_lists_never_cut_an_id_and_are_plain_lines_in_a_pipe(environment: Mapping[str, str]) -> None:
    user = run_json(
        "user", "create", "--name", LABEL, "--timezone", "America/Argentina/Buenos_Aires", environment=environment
    )
    alarm = run_json("alarm", "create", "07:00", "--days", "daily", "--label", LABEL, environment=environment)
    run_apart(put_tabs_into_words(environment["DATABASE_URL"]))
    zone = "America/Argentina/Buenos_Aires"

    [line] = run("user", "list", environment=environment).stdout.splitlines()
    assert line.split("\t") == [user["id"], LABEL, zone, "alloy", "-"]
    [line] = run("alarm", "list", environment=environment).stdout.splitlines()
    assert line.split("\t")[::2] == [alarm["id"], zone, LABEL]

    assert user["id"] in on_a_terminal("user", "list", environment=environment)
    assert alarm["id"] in on_a_terminal("alarm", "list", environment=environment)


def test_tokens_are_revoked(environment: Mapping[str, str]) -> None:
    user = run_json("user", "create", "--timezone", "UTC", environment=environment)
    token = run_json("user", "token", user["id"], environment=environment)["token"]
    assert run_json("user", "token", "--revoke", token, environment=environment) == {"revoked": 1}
    again = run("user", "token", "--revoke", token, environment=environment, code=2)
    assert "token" in again.stderr
    assert token not in again.stderr
    assert run_json("user", "token", user["id"], "--revoke-all", environment=environment) == {"revoked": 1}
    assert run_json("user", "token", "--operator", "--revoke-all", environment=environment) == {"revoked": 0}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--revoke-all",),
        ("--revoke", "oa_x", "--operator"),
        ("--revoke", "oa_x", "--revoke-all"),
        ("11111111-1111-1111-1111-111111111111", "--operator"),
    ],
)
def test_it_must_be_said_whose_tokens_are_meant(arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    assert "error: user:" in run("user", "token", *arguments, environment=environment, code=2).stderr


def test_what_is_not_given_to_user_set_stays(environment: Mapping[str, str]) -> None:
    user = run_json(
        "user", "create", "--timezone", "UTC", "--name", "Ada", "--country", "DE-BY", environment=environment
    )
    changed = run_json("user", "set", user["id"], "--voice", "nova", "--name", "", environment=environment)
    assert changed["preferences"] == user["preferences"] | {"voice": "nova", "name": None, "spoken_name": None}
    assert user["preferences"]["spoken_name"] == "Ada"


def test_what_is_to_be_told_is_set_and_a_calendar_is_never_shown(environment: Mapping[str, str]) -> None:
    wanted = ("--news", "world", "--news", "science", "--team", "133604", "--ticker", "AAPL", "--temperatures", "C")
    calendar = "https://calendar.example/private-4711.ics"
    made = run(
        "user", "create", "--timezone", "UTC", *wanted, "--calendar", calendar, "--json", environment=environment
    )
    user = json.loads(made.stdout.splitlines()[-1])
    told = {name: user["preferences"][name] for name in ("news_categories", "teams", "tickers", "temperature_unit")}
    assert told == {
        "news_categories": ["world", "science"],
        "teams": ["133604"],
        "tickers": ["AAPL"],
        "temperature_unit": "C",
    }
    assert user["preferences"]["has_calendar"] is True
    assert "4711" not in made.stdout + made.stderr
    gone = run_json("user", "set", user["id"], "--calendar", "", "--news", "", environment=environment)["preferences"]
    assert (gone["has_calendar"], gone["news_categories"], gone["teams"]) == (False, [], ["133604"])
    refused = run("user", "set", user["id"], "--ticker", "aapl", environment=environment, code=2)
    assert "error: --ticker" in refused.stderr


def test_it_is_told_when_a_name_is_not_said_as_it_is_written(environment: Mapping[str, str]) -> None:
    made = run("user", "create", "--timezone", "UTC", "--name", "李明", environment=environment).stdout
    assert "the name will be spoken as Li Ming" in made
    user = made.split()[1]
    for name, told in (
        ("🎉", "the name cannot be spoken; the greeting goes without it"),
        ("Dr. Ada", "the name will be spoken as Doctor Ada"),
        ("[bold]李[/bold]", "the name will be spoken as "),
    ):
        assert told in run("user", "set", user, "--name", name, environment=environment).stdout
    for name in ("Ada", ""):
        assert "the name" not in run("user", "set", user, "--name", name, environment=environment).stdout


def test_a_language_that_is_not_spoken_is_refused(environment: Mapping[str, str]) -> None:
    refused = run("user", "create", "--timezone", "UTC", "--language", "tlh", environment=environment, code=2)
    assert "error: --language: 'tlh' is not spoken here. Give one of: en, de" in refused.stderr
    user = run_json("user", "create", "--timezone", "UTC", "--language", "de-AT", environment=environment)
    assert user["preferences"]["language"] == "de"


def test_a_job_is_listed_shown_cancelled_and_retried(environment: Mapping[str, str]) -> None:
    run_json("user", "create", "--timezone", "Asia/Tokyo", environment=environment)
    alarm = run_json("alarm", "create", "07:00", "--days", "daily", environment=environment)
    [job] = run_json("queue", "list", "--alarm", alarm["id"], environment=environment)["jobs"]
    number = str(job["id"])
    assert (job["state"], job["timezone"], job["ring_at"]) == ("waiting", "Asia/Tokyo", alarm["next_ring_at"])

    [line] = run("queue", "list", environment=environment).stdout.splitlines()
    name, state, _, ring, zone, attempt, reason = line.split("\t")
    assert (name, state, ring[-5:], zone, attempt, reason) == (number, "waiting", "07:00", "Asia/Tokyo", "0", "-")
    assert "waiting" in on_a_terminal("queue", "list", environment=environment)

    assert run_json("queue", "cancel", number, environment=environment) == {"cancelled": job["id"]}
    again = run("queue", "cancel", number, environment=environment, code=2)
    assert f"error: job: {number} is cancelled, which is final. Only a waiting or leased job" in again.stderr
    made = run_json("queue", "retry", number, environment=environment)["job"]
    assert (made["state"], made["ring_at"]) == ("waiting", job["ring_at"])

    shown = run_json("queue", "show", str(made["id"]), environment=environment)
    assert [(other["id"], other["reason"]) for other in shown["other_jobs"]] == [
        (job["id"], "cancelled by an operator")
    ]
    told = run("queue", "show", number, environment=environment).stdout
    assert told.startswith(f"job       {number}, cancelled: cancelled by an operator\n")
    assert f"also      job {made['id']}, waiting\n" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("queue", "show", "first"), "job: 'first' is not a job's number. List the jobs"),
        (("queue", "retry", str(1 << 63)), "is not a job's number"),
        (("queue", "cancel", "4711"), "job: 4711 does not exist"),
        (("queue", "list", "--state", "asleep"), "--state: 'asleep' is not a state. Give one of waiting, leased"),
        (("queue", "list", "--alarm", "x"), "alarm: 'x' is not an id"),
    ],
)
def test_a_job_that_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], message: str, environment: Mapping[str, str]
) -> None:
    assert message in run(*arguments, environment=environment, code=2).stderr


def test_all_that_is_kept_about_a_user_is_exported(environment: Mapping[str, str], tmp_path: Path) -> None:
    user = run_json("user", "create", "--timezone", "UTC", "--name", "Ada", environment=environment)
    run_json("alarm", "create", "07:00", environment=environment)
    printed = run_json("user", "export", user["id"], environment=environment)
    assert printed["preferences"]["preferred_name"] == "Ada"
    assert len(printed["alarms"]) == len(printed["jobs"]) == 1

    file = tmp_path / "ada.zip"
    out = ("user", "export", user["id"], "--out", str(file))
    assert run_json(*out, environment=environment) == {"path": str(file), "briefings": 0}
    assert file.stat().st_mode & 0o777 == 0o600
    with ZipFile(file) as archive:
        assert archive.namelist() == ["data.json"]
        assert json.loads(archive.read("data.json")) == printed
    assert "is there already" in run(*out, environment=environment, code=2).stderr
    elsewhere = ("user", "export", user["id"], "--out", str(tmp_path / "nowhere" / "ada.zip"))
    assert "--out" in run(*elsewhere, environment=environment, code=2).stderr
    unknown = ("user", "export", "11111111-1111-1111-1111-111111111111", "--out", str(tmp_path / "nobody.zip"))
    assert "does not exist" in run(*unknown, environment=environment, code=2).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.zip", "home"]


async def put_tabs_into_words(url: str) -> None:
    """As only SQL can: the command and the API take one line of text."""
    connection = await asyncpg.connect(url)
    await connection.execute("update user_preferences set preferred_name = replace(preferred_name, ' ', e'\\t')")
    await connection.execute("update alarms set label = replace(label, ' ', e'\\t')")
    await connection.close()


def on_a_terminal(*arguments: str, environment: Mapping[str, str]) -> str:
    """What a command shows on a terminal of 80 columns."""
    own, its = pty.openpty()
    try:
        termios.tcsetwinsize(its, (24, 80))
        done = subprocess.run(
            [*COMMAND, *arguments],
            env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
            stdin=subprocess.DEVNULL,
            stdout=its,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return os.read(own, 65536).decode()  # no more than a terminal holds back is printed
    finally:
        os.close(own)
        os.close(its)
