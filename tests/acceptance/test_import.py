"""``onealarm import`` as its users run it: once, again, killed in the middle, on a terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from onealarm.alarms.importing import user_id_of
from onealarm.cli.importing.chunks import SIZE
from tests.support.commands import COMMAND, run, run_json, running
from tests.support.waiting import wait_for

USERS: Final = SIZE * 3 // 4
HEADER: Final = "user,name,timezone,time,days,label\n"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path / "home"), "ONEALARM_PROCESSES": "1"}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two alarms each for so many users that they come in more than one chunk."""
    file = tmp_path / "people.csv"
    rows = (f"u{user},Ada,UTC,0{hour}:00,daily,\n" for user in range(USERS) for hour in (6, 7))
    file.write_text(HEADER + "".join(rows))
    return file


def test_good_lines_come_in_and_bad_ones_are_kept(environment: Mapping[str, str], tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}a,李明,Asia/Tokyo,07:00,weekdays,Work 🎒\na,,,7:00,,\nb,Bob,UTC,,,\n", encoding="utf-8")
    done = run("import", str(file), "--json", environment=environment, code=2)
    told = json.loads(done.stdout)
    rejects = tmp_path / "people.rejects.csv"
    assert told.pop("seconds") > 0
    assert told.pop("alarms_per_second") >= 0
    assert told == {
        "lines": 3, "users": 2, "alarms": 1, "already_there": 0, "rejected": 1, "rejects_file": str(rejects),
    }  # fmt: skip
    assert done.stderr == (
        "line 3: time: '7:00' is not a time of day. Give it as text, such as 07:00\n"
        f"error: file: 1 of 3 lines were rejected. Mend them in {rejects} and import that\n"
    )
    [alarm] = run_json("alarm", "list", environment=environment)["alarms"]
    assert (alarm["label"], alarm["timezone"], alarm["days"]) == ("Work 🎒", "Asia/Tokyo", [1, 2, 3, 4, 5])

    rejects.write_text(rejects.read_text().replace("7:00", "07:30"))
    assert run("import", str(rejects), environment=environment).stdout.startswith(
        "0 users and 1 alarms from 1 lines in "
    )
    again = run_json("import", str(rejects), environment=environment)
    assert (again["alarms"], again["already_there"], again["rejects_file"]) == (0, 1, None)


def test_a_dry_run_needs_no_database_and_saves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "people.ndjson"
    file.write_text('{"user": "a", "timezone": "UTC", "time": "07:00"}\n{"user": "b", "timezone": "UTC", "time": 7}\n')
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "ONEALARM_HOME": str(tmp_path / "home")}
    done = run("import", str(file), "--dry-run", "--rejects", str(tmp_path / "bad.ndjson"), environment=nowhere, code=2)
    assert done.stdout == "2 lines were checked, 1 alarms among them; nothing was saved\n"
    assert json.loads((tmp_path / "bad.ndjson").read_text())["line"] == 2
    assert not (tmp_path / "home").exists()


async def test_one_that_is_killed_in_the_middle_goes_on_where_it_was(
    environment: Mapping[str, str], people: Path, database_url: str
) -> None:
    other = await asyncpg.connect(database_url)
    try:
        holding = other.transaction()  # of the last user, for whom the second chunk waits then
        await holding.start()
        await other.execute("insert into users (id) values ($1)", user_id_of(f"u{USERS - 1}"))
        with running("import", str(people), environment=environment) as importing:
            some_are_in = f"(select count(*) from alarms) >= {SIZE}"
            blocked = (
                "exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
            )
            await wait_for(other, f"{some_are_in} and {blocked}", seconds=60, fail=lambda: str(importing.seen))
            assert importing.end(signal.SIGKILL) == -signal.SIGKILL
        await holding.rollback()
        there = await other.fetchval("select count(*) from alarms")
        assert SIZE <= there < 2 * USERS
        told = run_json("import", str(people), environment=environment)
        assert (told["lines"], told["alarms"], told["already_there"]) == (2 * USERS, 2 * USERS - there, there)
        for table, count in {"users": USERS, "alarms": 2 * USERS, "audio_generation_queue": 2 * USERS}.items():
            assert await other.fetchval(f"select count(*) from {table}") == count
    finally:
        await other.close()


def test_a_bar_is_shown_on_a_terminal_and_nothing_in_a_pipe(environment: Mapping[str, str], people: Path) -> None:
    assert run("import", str(people), environment=environment).stderr == ""
    own, its = pty.openpty()
    try:
        subprocess.run(
            [*COMMAND, "import", str(people), "--dry-run"],
            env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=its,
            timeout=120,
            check=True,
        )
        assert f"{2 * USERS:,} lines" in os.read(own, 65536).decode()  # less than a terminal holds back
    finally:
        os.close(own)
        os.close(its)
