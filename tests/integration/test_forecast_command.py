"""``onealarm forecast`` as it is called: in a pipe and as JSON, before there is a forecast and with one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from tests.support.commands import run, run_json
from tests.support.postgres import run_apart

HOUR = timedelta(hours=1)


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"DATABASE_URL": database_url, "ONEALARM_HOME": str(tmp_path / "home"), "ONEALARM_PROCESSES": "1"}


async def furnish(url: str) -> None:
    """Three alarms in Lagos and one in Tokyo, in five and in six hours."""
    connection = await asyncpg.connect(url)
    try:
        user = await connection.fetchval("insert into users default values returning id")
        ring = datetime.now(UTC).replace(second=0, microsecond=0)
        rings = [
            ("Africa/Lagos", ring + 5 * HOUR),
            ("Asia/Tokyo", ring + 6 * HOUR),
            *2 * [("Africa/Lagos", ring + 6 * HOUR)],
        ]
        for zone, at in rings:
            await connection.execute(
                "insert into alarms (user_id, timezone, alarm_time_local, alarm_date)"
                " select $1, $2, w::time, w::date from onealarm.wall_time_of($3, $2) as w",
                user,
                zone,
                at,
            )
    finally:
        await connection.close()


async def publish(url: str) -> None:
    """A forecast of this minute, from three weeks of history: one in ten is lost, and in Lagos's group one alarm more
    is expected in each quarter of an hour."""
    connection = await asyncpg.connect(url)
    try:
        run = await connection.fetchval(
            "insert into onealarm.forecast_runs (made_at, epoch, model_version, fitted_at, history_from, quantiles)"
            " values (now(), 1, 1, now(), now() - interval '21 days', array_fill(1::real, array[7, 5])) returning id"
        )
        for group, bands in (("+01:00", False), ("+09:00", False), ("all", True)):
            await connection.execute(
                "insert into onealarm.forecast_points"
                " (run_id, zone_group, quarters, known, stay, late, low99, low90, upper90, high90, high99)"
                " select $1, $2, array_fill(0::smallint, array[192]), array_fill(10, array[192]),"
                " array_fill(9::real, array[192]),"
                " array_fill(case when $2 = '+09:00' then 0 else 1 end::real, array[192]),"
                " b, b, b, b, b from (select case when $3 then array_fill(0::real, array[192]) end as b) as b",
                run,
                group,
                bands,
            )
    finally:
        await connection.close()


def test_the_known_demand_is_told_by_zone_before_there_is_a_forecast(environment: Mapping[str, str]) -> None:
    run_apart(furnish(environment["DATABASE_URL"]))
    lines = run("forecast", "--by", "zone", environment=environment).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    assert [row[:4] for row in rows] == [
        ["Africa/Lagos", "3", "", ""],
        ["Asia/Tokyo", "1", "", ""],
        ["all", "4", "", ""],
    ]
    assert rows[0][4].endswith(": 2")
    told = run_json("forecast", "--by", "zone", "--hours", "5.5", "--minutes", environment=environment)
    assert told["forecast"] is None
    assert told["bin_seconds"] == 60
    [lagos] = told["zones"]
    assert (lagos["zone"], lagos["known"], lagos["expected"]) == ("Africa/Lagos", 1, None)
    assert "zones" not in run_json("forecast", environment=environment)


def test_what_is_expected_stands_beside_it_with_its_band(environment: Mapping[str, str]) -> None:
    run_apart(furnish(environment["DATABASE_URL"]))
    run_apart(publish(environment["DATABASE_URL"]))
    told = run_json("forecast", "--by", "zone", "--hours", "12", environment=environment)
    lagos, tokyo = told["zones"]
    assert tokyo["expected"] == pytest.approx(0.9)
    part = 3 / (10 * 49)
    assert lagos["expected"] == pytest.approx(3 * 0.9 + 49 * part, abs=0.05)
    assert 0 <= lagos["low90"] <= lagos["high90"]
    [*bins] = [one["expected"] for one in tokyo["bins"]]
    assert bins == pytest.approx([0.9])
    lines = run("forecast", "--hours", "12", environment=environment).stdout.splitlines()
    assert lines[-1].split("\t")[:2] == ["all", "4"]
    assert len(lines) == 3
