"""The law of time: SQL and Python agree in every zone, rings strictly increase, and a date comes at most once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.alarms.next_ring import coming_occurrences, instant_of, next_ring, wall_time_of
from onealarm.alarms.recurrence import Recurrence
from onealarm.alarms.zones import RULES_FROM, RULES_UNTIL, transitions, zone, zone_names
from onealarm.briefing.holiday_regions import dates_of, regions
from tests.support.postgres import Server

ZONES = sorted(zone_names())
REGIONS = sorted(set(regions().values()))
YEARS = range(2026, 2029)
LAST = datetime(2038, 7, 1, tzinfo=UTC)
"""The rules are loaded up to the end of 2040, and a pause and what comes after it can last for more than a year."""

INSTANTS = st.timedeltas(timedelta(), timedelta(days=3_650)).map(lambda ahead: datetime(2024, 1, 1, tzinfo=UTC) + ahead)
DAYS = st.frozensets(st.integers(1, 7), min_size=1)
TIMES = st.times().map(lambda moment: moment.replace(microsecond=0))

Connection = tuple[asyncio.Runner, "asyncpg.Connection[asyncpg.Record]"]

NEXT_RING = "select (onealarm.next_ring($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)).*"


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as url, asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        yield runner, connection
        runner.run(connection.close())


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within two days of a change of its offset, where it has one."""
    name = draw(st.sampled_from(ZONES))
    changes = [
        change.starts_at for change in transitions(name) if change.starts_at is not None and change.starts_at < LAST
    ]
    around = draw(st.sampled_from(changes)) if changes else draw(INSTANTS)
    return name, around + timedelta(seconds=draw(st.integers(-172_800, 172_800)))


@st.composite
def recurrences(draw: st.DrawFn, around: date) -> tuple[Recurrence, str | None]:
    """A one-off or a weekly alarm with what it leaves out, and the region of its holidays."""
    if draw(st.booleans()):
        return Recurrence(date=around + timedelta(days=draw(st.integers(-3, 40)))), None
    near = st.integers(-5, 60).map(lambda days: around + timedelta(days=days))
    pause = draw(st.none() | st.tuples(near, st.integers(0, 400)))
    region = draw(st.none() | st.sampled_from(REGIONS))
    return (
        Recurrence(
            days=draw(DAYS),
            skip_dates=draw(st.frozensets(near, max_size=20)),
            pause=None if pause is None else (pause[0], pause[0] + timedelta(days=pause[1])),
            holidays=frozenset() if region is None else dates_of(region, YEARS),
        ),
        region,
    )


def in_sql(
    connection: Connection,
    wished: Recurrence,
    region: str | None,
    *,
    name: str,
    wall_time: time,
    after: datetime,
    rung_on: date | None,
) -> tuple[datetime, date] | None:
    runner, database = connection
    row = runner.run(
        database.fetchrow(
            NEXT_RING,
            name,
            wall_time,
            wished.date,
            None if wished.days is None else sorted(wished.days),
            sorted(wished.skip_dates),
            *(wished.pause or (None, None)),
            region,
            after,
            rung_on,
        )
    )
    assert row is not None
    return None if row["ring_at"] is None else (row["ring_at"], row["local_date"])


def in_python(
    wished: Recurrence, *, name: str, wall_time: time, after: datetime, rung_on: date | None
) -> tuple[datetime, date] | None:
    found = next_ring(wished, zone_name=name, wall_time=wall_time, after=after, rung_on=rung_on)
    return None if found is None else (found.ring_at, found.date)


@settings(max_examples=600, deadline=None)
@given(st.one_of(near_a_change(), st.tuples(st.sampled_from(ZONES), INSTANTS)), TIMES, st.data())
def test_sql_and_python_agree(
    connection: Connection, zone_and_instant: tuple[str, datetime], wall_time: time, data: st.DataObject
) -> None:
    name, after = zone_and_instant
    today = wall_time_of(after, name).date()
    wished, region = data.draw(recurrences(today))
    rung_on = data.draw(st.none() | st.integers(-3, 3).map(lambda days: today + timedelta(days=days)))
    expected = in_python(wished, name=name, wall_time=wall_time, after=after, rung_on=rung_on)
    assert in_sql(connection, wished, region, name=name, wall_time=wall_time, after=after, rung_on=rung_on) == expected


def test_sql_and_python_agree_at_every_change_of_two_years_in_every_zone(connection: Connection) -> None:
    """Every gap and every repeated hour of 2026 and 2027: before, inside and after it, a minute to either side."""
    runner, database = connection
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    cases: list[tuple[str, time, datetime]] = []
    for name in ZONES:
        changes = [change for change in transitions(name) if change.starts_at and first <= change.starts_at < last]
        for change in changes:
            assert change.starts_at is not None
            for minutes in (-121, -61, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 61, 119):
                wall = (change.starts_at + change.offset + timedelta(minutes=minutes)).time()
                cases.append((name, wall, change.starts_at - timedelta(hours=30)))
        if not changes:
            cases.append((name, time(7), first))
    daily = Recurrence(days=frozenset(range(1, 8)))
    expected = [
        [
            (one.ring_at, one.date)
            for one in islice(coming_occurrences(daily, zone_name=name, wall_time=wall, after=after), 3)
        ]
        for name, wall, after in cases
    ]
    rows = runner.run(
        database.fetch(
            "with recursive cases as ("
            " select n, zone, wall, after from unnest($1::text[], $2::time[], $3::timestamptz[])"
            "   with ordinality as c (zone, wall, after, n)"
            "), rings as ("
            " select n, zone, wall, 1 as number, onealarm.next_ring("
            "   zone, wall, null, '{1,2,3,4,5,6,7}', '{}', null, null, null, after, null) as found from cases"
            " union all"
            " select n, zone, wall, number + 1, onealarm.next_ring("
            "   zone, wall, null, '{1,2,3,4,5,6,7}', '{}', null, null, null, (found).ring_at, (found).local_date)"
            " from rings where number < 3"
            ") select n, (found).ring_at, (found).local_date from rings order by n, number",
            [case[0] for case in cases],
            [case[1] for case in cases],
            [case[2] for case in cases],
        )
    )
    found = [(row["ring_at"], row["local_date"]) for row in rows]
    assert [found[3 * n : 3 * n + 3] for n in range(len(cases))] == expected
    assert len({case[0] for case in cases}) >= 590
    assert len(cases) > 7_000


@settings(max_examples=300, deadline=None)
@given(near_a_change(), TIMES, st.data())
def test_rings_strictly_increase_and_a_date_comes_once(
    zone_and_instant: tuple[str, datetime], wall_time: time, data: st.DataObject
) -> None:
    name, after = zone_and_instant
    wished, _ = data.draw(recurrences(wall_time_of(after, name).date()))
    found = list(islice(coming_occurrences(wished, zone_name=name, wall_time=wall_time, after=after), 12))
    rings = [after, *(one.ring_at for one in found)]
    assert all(earlier < later for earlier, later in pairwise(rings))
    dates = [one.date for one in found]
    assert dates == sorted(set(dates))
    for one in found:
        _is_wished(one.date, wished)
        rung = wall_time_of(one.ring_at, name).replace(tzinfo=None)
        late = rung - datetime.combine(one.date, wall_time)
        assert timedelta() <= late <= timedelta(hours=1), "only a time that the clock skips rings later, by the gap"


def _is_wished(day: date, wished: Recurrence) -> None:
    if wished.days is None:
        assert day == wished.date
        return
    assert day.isoweekday() in wished.days
    assert day not in wished.skip_dates | wished.holidays
    assert wished.pause is None or not wished.pause[0] <= day <= wished.pause[1]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(ZONES), INSTANTS, TIMES, DAYS, st.integers(-86_400, 86_400))
def test_who_moves_hears_no_date_twice(
    home: str, abroad: str, start: datetime, wall_time: time, days: frozenset[int], moved_after: int
) -> None:
    """Up to a day before or after a ring he is in another zone, and a week later back again."""
    wished = Recurrence(days=days)
    heard: list[date] = []
    after, rung_on, name = start, None, home
    for turn in range(6):
        found = next_ring(wished, zone_name=name, wall_time=wall_time, after=after, rung_on=rung_on)
        assert found is not None
        moves_at = found.ring_at + timedelta(seconds=moved_after)
        if turn == 2 and moves_at < found.ring_at:  # before the ring: it is planned anew, and only then heard
            name, after = abroad, max(after, moves_at)
            continue
        heard.append(found.date)
        after, rung_on = found.ring_at, found.date
        if turn == 2:
            name, after = abroad, moves_at
        elif turn == 4:
            name = home
    assert heard == sorted(set(heard))


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


def test_a_time_skipped_before_midnight_rings_after_it_and_is_still_of_its_own_date() -> None:
    """In Scoresbysund 23:00 to 24:00 is skipped: both Saturday's and Sunday's 23:30 ring on the clock's Sunday."""
    daily = Recurrence(days=frozenset(range(1, 8)))
    after = datetime(2027, 3, 27, 12, tzinfo=UTC)
    found = list(
        islice(coming_occurrences(daily, zone_name="America/Scoresbysund", wall_time=time(23, 30), after=after), 2)
    )
    assert [one.date for one in found] == [date(2027, 3, 27), date(2027, 3, 28)]
    assert [one.ring_at for one in found] == [
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
    ]


def test_the_holidays_in_the_database_are_those_of_the_package(connection: Connection) -> None:
    runner, database = connection
    rows = runner.run(database.fetch("select region, day from onealarm.public_holidays"))
    this_year = min(row["day"] for row in rows).year
    expected = {(region, day) for region in REGIONS for day in dates_of(region, range(this_year, this_year + 3))}
    assert {(row["region"], row["day"]) for row in rows} == expected
    names = runner.run(database.fetch("select name, region from onealarm.holiday_regions"))
    assert {row["name"]: row["region"] for row in names} == regions()
    assert regions()["DE-BAYERN"] == "DE-BY"


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
