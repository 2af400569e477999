"""The law of time: SQL and Python agree, rings are in the future, strictly increasing, and at most one a local day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.alarms.next_ring import instant_of, next_ring, wall_time_of
from onealarm.alarms.zones import RULES_FROM, RULES_UNTIL, transitions, zone, zone_names
from tests.support.postgres import Server

ZONES = sorted(zone_names())
INSTANTS = st.timedeltas(timedelta(), timedelta(days=5_400)).map(lambda ahead: datetime(2024, 1, 1, tzinfo=UTC) + ahead)
DAYS = st.frozensets(st.integers(1, 7), min_size=1)
TIMES = st.times().map(lambda moment: moment.replace(microsecond=0))


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[tuple[asyncio.Runner, asyncpg.Connection[asyncpg.Record]]]:
    with server.database() as url, asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        yield runner, connection
        runner.run(connection.close())


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within two days of a change of its offset, where it has one."""
    name = draw(st.sampled_from(ZONES))
    changes = [change.starts_at for change in transitions(name) if change.starts_at is not None]
    around = draw(st.sampled_from(changes)) if changes else draw(INSTANTS)
    return name, around + timedelta(seconds=draw(st.integers(-172_800, 172_800)))


@settings(max_examples=400, deadline=None)
@given(st.one_of(near_a_change(), st.tuples(st.sampled_from(ZONES), INSTANTS)), TIMES, DAYS)
def test_sql_and_python_agree(
    connection: tuple[asyncio.Runner, asyncpg.Connection[asyncpg.Record]],
    zone_and_instant: tuple[str, datetime],
    wall_time: time,
    days: frozenset[int],
) -> None:
    name, after = zone_and_instant
    runner, database = connection
    in_sql = runner.run(
        database.fetchval("select onealarm.next_ring($1, $2, null, $3, $4)", name, wall_time, sorted(days), after)
    )
    assert in_sql == next_ring(zone_name=name, wall_time=wall_time, ring_date=None, days=days, after=after)
    assert in_sql > after


@settings(max_examples=200, deadline=None)
@given(near_a_change(), TIMES, DAYS)
def test_rings_increase_and_come_at_most_once_a_local_day(
    zone_and_instant: tuple[str, datetime], wall_time: time, days: frozenset[int]
) -> None:
    name, after = zone_and_instant
    wished: list[date] = []
    for _ in range(10):
        ring = next_ring(zone_name=name, wall_time=wall_time, ring_date=None, days=days, after=after)
        assert ring is not None
        assert ring > after
        rung = wall_time_of(ring, name)
        # A time that the clock skips rings later than wished, at midnight even on the day after.
        day = rung.date() if rung.time() >= wall_time else rung.date() - timedelta(days=1)
        assert day.isoweekday() in days or rung.date().isoweekday() in days
        wished.append(day)
        after = ring
    assert wished == sorted(set(wished))


@pytest.mark.parametrize(
    ("name", "wall_time", "day", "expected"),
    [
        # A skipped time takes the offset before the gap, a repeated one the first pass.
        ("America/New_York", "02:30", "2027-03-14", "2027-03-14T07:30Z"),
        ("America/New_York", "02:30", "2027-03-13", "2027-03-13T07:30Z"),
        ("America/New_York", "02:30", "2027-03-15", "2027-03-15T06:30Z"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30Z"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:45Z"),
        ("Africa/Cairo", "00:30", "2026-04-24", "2026-04-23T22:30Z"),  # skipped at midnight
        ("Asia/Kathmandu", "07:00", "2026-11-25", "2026-11-25T01:15Z"),
    ],
)
def test_known_instants(name: str, wall_time: str, day: str, expected: str) -> None:
    wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(wall_time))
    assert instant_of(wall, name) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "name", ["Asia/Gaza", "Africa/Casablanca", "America/New_York", "Antarctica/Troll", "Europe/Dublin"]
)
def test_a_finer_search_finds_the_same_transitions(name: str) -> None:
    """Day by day; Gaza and Casablanca have the shortest spells between two changes."""
    found = [change.starts_at for change in transitions(name) if change.starts_at is not None]
    rules, instant, changes = zone(name), RULES_FROM, 0
    while instant < RULES_UNTIL:
        following = instant + timedelta(days=1)
        if instant.astimezone(rules).utcoffset() != following.astimezone(rules).utcoffset():
            assert any(instant < change <= following for change in found)
            changes += 1
        instant = following
    assert changes == len(found)
