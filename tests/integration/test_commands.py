"""The commands for users and alarms, on the database that the API serves from."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.commands import COMMAND, run, run_json

LABEL = "[/red] a label that is much too long for\ta line of a terminal with its eighty columns"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path / "home"), "ONEALARM_PROCESSES": "1"}


def test_lists_never_cut_an_id_and_are_plain_lines_in_a_pipe(environment: Mapping[str, str]) -> None:
    user = run_json(
        "user", "create", "--name", LABEL, "--timezone", "America/Argentina/Buenos_Aires", environment=environment
    )
    alarm = run_json("alarm", "create", "07:00", "--days", "daily", "--label", LABEL, environment=environment)
    plain = LABEL.replace("\t", " ")
    zone = "America/Argentina/Buenos_Aires"

    [line] = run("user", "list", environment=environment).stdout.splitlines()
    assert line.split("\t") == [user["id"], plain, zone, "alloy", "-"]
    [line] = run("alarm", "list", environment=environment).stdout.splitlines()
    assert line.split("\t")[::2] == [alarm["id"], zone, plain]

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
    assert "error: language: 'tlh' is not spoken here. Give one of: en, de" in refused.stderr
    user = run_json("user", "create", "--timezone", "UTC", "--language", "de-AT", environment=environment)
    assert user["preferences"]["language"] == "de"


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
