"""``onealarm control`` as operators run it: one leads, one stands by, and a worker follows."""

from __future__ import annotations

import signal
from pathlib import Path

import asyncpg

from tests.support.commands import run, run_json, running
from tests.support.waiting import wait_for

PATIENCE = 40
"""Seconds: a takeover takes at most 15, a look 30."""


async def test_a_killed_leader_is_followed_and_the_worker_takes_the_slots_it_is_told(
    database_url: str, tmp_path: Path
) -> None:
    environment = {"ONEALARM_HOME": str(tmp_path), "DATABASE_URL": database_url, "ONEALARM_PROCESSES": "1"}
    connection = await asyncpg.connect(database_url)
    try:

        async def until(condition: str, fail: str) -> None:
            await wait_for(connection, condition, seconds=PATIENCE, fail=lambda: fail)

        with (
            running("control", environment=environment) as one,
            running("worker", "--slots", "auto", environment=environment),
        ):
            await until("exists (select from onealarm.plans where workers = 1)", "nobody led")
            await until("exists (select from onealarm.workers where slots = 2)", "the floor was not taken over")
            with running("control", environment=environment):
                one.end(signal.SIGKILL)
                await until("exists (select from onealarm.plans where epoch = 2)", "nobody followed")
                set_level = run_json("control", "set-level", "2", "--minutes", "5", environment=environment)
                assert set_level["level"] == 2
                await until("exists (select from onealarm.plans where level = 2)", "the level was not obeyed")
                shown = run_json("control", "show", environment=environment)
                assert (shown["orders"]["plan"]["epoch"], shown["orders"]["level"]) == (2, 2)
                assert shown["changes"][0]["cause"] == "override"
    finally:
        await connection.close()


def test_a_level_that_there_is_not_and_a_time_that_cannot_be_are_refused() -> None:
    for arguments, field in ((("7",), "LEVEL"), (("1", "--minutes", "0"), "--minutes")):
        refused = run("control", "set-level", *arguments, environment={}, code=2)
        assert field in refused.stderr
