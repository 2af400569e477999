"""Importing users and alarms: what is there once, whatever is refused, repeated, killed or away in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from onealarm.alarms.importing import Line, user_id_of
from onealarm.cli.importing.chunks import Chunk, chunks
from onealarm.cli.importing.columns import LineReader
from onealarm.cli.importing.importer import PAUSES, Importer, Tally
from onealarm.cli.importing.records import open_file, source_of
from onealarm.cli.importing.rejects import rejecting, rejects_of
from onealarm.errors import DatabaseUnavailable
from onealarm.http.addresses import AddressGuard
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.imports import PostgresImports, Saved
from onealarm.postgres.people import PostgresPeople
from tests.support.clock import VirtualClock
from tests.support.keeping import Killed
from tests.support.postgres import Server
from tests.support.waiting import wait_for

BLOCKED: Final = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
HEADER: Final = "user,name,email,timezone,alarm,time,date,days,label,zone,zone_mode\n"
WORDS: Final = ("Ada", "李明", "محمد", "O'Brien", '""The"" Quick', "\\{}\\N,NULL", "🎉👩‍👩‍👧", "नमस्ते")


def rows(users: int, *, each: int = 3) -> list[str]:
    """Rows of so many users with so many alarms, in any script; every second alarm has a key."""
    return [
        f'u{user},"{WORDS[user % len(WORDS)]}",u{user}@example.org,Europe/Berlin,{number or ""},07:{number:02},,daily,'
        f'"{WORDS[-user % len(WORDS)]}",{"Asia/Tokyo" if number == 1 else ""},\n'
        for user in range(users)
        for number in range(each)
    ]


@pytest.fixture
async def either(either_server: Server, clock: VirtualClock) -> AsyncIterator[Database]:
    """As ``database``, on each server."""
    with either_server.database() as url:
        pool = await Database.connect(url, now=clock.now)
        yield pool
        await pool.close()


class Seamed(PostgresImports):
    """Saves as the real one does, and fails when it is told to: before a chunk is saved, or after."""

    def __init__(self, database: Database, *, before: Sequence[object] = (), after: Sequence[object] = ()) -> None:
        super().__init__(database)
        self.calls = 0
        self._before = dict(enumerate(before))
        self._after = dict(enumerate(after))

    async def save(self, lines: Sequence[Line], *, after: Callable[[], Awaitable[object]] | None = None) -> Saved:
        if after is None:
            return await super().save(lines)
        call, self.calls = self.calls, self.calls + 1
        _raise(self._before.get(call))
        saved = await super().save(lines, after=after)
        _raise(self._after.get(call))
        return saved


def _raise(error: object) -> None:
    if isinstance(error, BaseException):
        raise error


class Pauses(VirtualClock):
    """Notes how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[timedelta] = []

    async def sleep(self, duration: timedelta) -> None:
        self.noted.append(duration)
        await super().sleep(timedelta())


async def import_file(
    database: Database,
    path: Path,
    *,
    saver: PostgresImports | None = None,
    size: int = 10,
    clock: VirtualClock | None = None,
) -> Tally:
    with open_file(path) as file:
        source = source_of(path, file)
        reader = LineReader(source.columns, as_text=source.as_text, guard=AddressGuard())
        with rejecting(rejects_of(path, None), source) as rejects:
            importer = Importer(saver or PostgresImports(database), rejects, clock=clock or Pauses(), seen=_ignore)
            return await importer.run(chunks(source, reader, size=size))


def _ignore(_: Chunk) -> None:
    pass


async def counts(database: Database) -> dict[str, int]:
    """Rows of every table that an import reaches."""
    tables = ("users", "user_preferences", "alarms", "audio_generation_queue")
    return {table: await database.value(f"select count(*) from {table}") for table in tables}


async def somebody_waits(connection: asyncpg.Connection[asyncpg.Record]) -> int:
    """The process of the session that waits for a lock."""
    await wait_for(connection, f"exists (select {BLOCKED})", seconds=20, fail=lambda: "nobody waits")
    found: int = await connection.fetchval(f"select min(pid) {BLOCKED}")
    return found


def written(folder: Path, text: Sequence[str]) -> Path:
    path = folder / "people.csv"
    path.write_text(HEADER + "".join(text), encoding="utf-8")
    return path


async def test_every_line_becomes_an_alarm_with_its_job(either: Database, tmp_path: Path) -> None:
    tally = await import_file(either, written(tmp_path, rows(20)))
    assert tally == Tally(lines=60, users=20, alarms=60, already_there=0)
    assert await counts(either) == {
        "users": 20, "user_preferences": 20, "alarms": 60, "audio_generation_queue": 60,
    }  # fmt: skip
    found = await either.fetch(
        "select u.email, p.preferred_name, p.timezone from users u join user_preferences p on u.id = p.user_id"
    )
    assert {(row["email"], row["preferred_name"], row["timezone"]) for row in found} == {
        (f"u{user}@example.org", WORDS[user % len(WORDS)].replace('""', '"'), "Europe/Berlin") for user in range(20)
    }
    labels = await either.fetch("select distinct label from alarms")
    assert {row["label"] for row in labels} == {word.replace('""', '"') for word in WORDS}
    zones = await either.fetch("select timezone, zone_mode, count(*) from alarms group by 1, 2 order by 1")
    assert [tuple(row) for row in zones] == [("Asia/Tokyo", "fixed", 20), ("Europe/Berlin", "device", 40)]


async def test_a_second_run_doubles_nothing_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, rows(20))
    await import_file(database, path)
    await database.fetch("update alarms set label = 'mine', alarm_time_local = $1", time(5))
    before = await counts(database)
    assert await import_file(database, path, size=7) == Tally(lines=60, users=0, alarms=0, already_there=60)
    assert await counts(database) == before
    assert await database.value("select count(*) from alarms where label = 'mine'") == 60
    assert await database.value("select count(*) from audio_generation_queue where state = 'waiting'") == 60


@pytest.mark.parametrize("seam", [{"before": (None, None, Killed())}, {"after": (None, None, Killed())}])
async def test_one_that_dies_in_the_middle_goes_on_where_it_was(
    database: Database, tmp_path: Path, seam: dict[str, Any]
) -> None:
    path = written(tmp_path, rows(30))
    with pytest.raises(Killed):
        await import_file(database, path, saver=Seamed(database, **seam))
    some = await counts(database)
    assert 18 <= some["alarms"] < 90
    assert [one.name for one in tmp_path.iterdir()] == ["people.csv"]
    tally = await import_file(database, path)
    assert (tally.lines, tally.alarms, tally.already_there) == (90, 90 - some["alarms"], some["alarms"])
    assert await counts(database) == {
        "users": 30, "user_preferences": 30, "alarms": 90, "audio_generation_queue": 90,
    }  # fmt: skip


async def test_a_session_that_is_killed_leaves_nothing_of_its_chunk_and_is_tried_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path, rows(4))
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("lock alarms in exclusive mode")
            importing = asyncio.create_task(import_file(database, path, size=100))
            pid = await somebody_waits(other)
            assert await other.fetchval("select pg_terminate_backend($1)", pid)
            assert await other.fetchval("select count(*) from users") == 0
        assert await asyncio.wait_for(importing, 30) == Tally(lines=12, users=4, alarms=12, already_there=0)
    finally:
        await other.close()


async def test_a_database_that_is_away_is_waited_for(database: Database, tmp_path: Path) -> None:
    path, clock = written(tmp_path, rows(4)), Pauses()
    away = [DatabaseUnavailable("the database is away")] * len(PAUSES)
    tally = await import_file(database, path, saver=Seamed(database, before=away), size=100, clock=clock)
    assert tally.alarms == 12
    assert tuple(clock.noted) == PAUSES


async def test_what_was_saved_though_the_answer_was_lost_is_not_doubled(database: Database, tmp_path: Path) -> None:
    lost = Seamed(database, after=[DatabaseUnavailable("the database is away")])
    tally = await import_file(database, written(tmp_path, rows(4)), saver=lost, size=100)
    assert (lost.calls, tally.alarms, tally.already_there) == (2, 0, 12)
    assert (await counts(database))["alarms"] == 12


async def test_one_that_stays_away_ends_it_and_says_how_to_go_on(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, rows(10))
    away: list[object] = [None, *[DatabaseUnavailable("the database is away")] * 20]
    with pytest.raises(DatabaseUnavailable, match=r"lines before \d+ are in: when it is back, run the same import"):
        await import_file(database, path, saver=Seamed(database, before=away))
    assert (await counts(database))["alarms"] == 12
    assert (await import_file(database, path)).already_there == 12


def bad(text: list[str]) -> Iterator[tuple[int, str]]:
    """Rows that are bad only beside what the database holds, by the place at which they are put in."""
    yield 3, "x1,Bad,,UTC,,07:00,2001-01-01,,,,\n"
    yield 14, "x2,Bad,u0@example.org,UTC,,07:00,,,,,\n"
    yield 15, "u1,,,,,07:00,,mon,,Asia/Tokyo,\n"
    yield 30, text[0].replace(",07:00,,daily", ",07:00,2001-01-01,").replace("Ada", "Other")
    yield 31, "nobody,,,,,07:00,,,,,\n"
    yield 33, "x3,Bad,,UTC,,07:00,,,,Asia/Tokyo,device\n"
    yield 34, "x3,,,,,07:00,,,,Asia/Tokyo,\n"


async def test_a_bad_row_is_found_among_good_ones(either: Database, tmp_path: Path) -> None:
    text = rows(20)
    for place, row in bad(text):
        text.insert(place, row)
    path = written(tmp_path, text)
    tally = await import_file(either, path, size=40)
    assert tally == Tally(lines=67, users=20, alarms=61, already_there=0)
    kept = (tmp_path / "people.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in kept] == ["line", "5", "16", "32", "33", "35", "36"]
    assert [row.split(",", 1)[1].split(".")[0].strip('"') for row in kept[1:]] == [
        "date: 2001-01-01 07:00:00 has passed in UTC",
        "email: belongs to another user",
        "date: 2001-01-01 07:00:00 has passed in Europe/Berlin",
        "user: 'nobody' does not exist",
        "zone: Asia/Tokyo is not its user's zone, which an alarm with zone mode device follows",
        "user: 'x3' does not exist",
    ]
    assert await either.value("select count(*) from user_preferences where preferred_name in ('Bad', 'Other')") == 0


@pytest.mark.parametrize("alarm", ["1,07:00,2001-01-01,,,,", "1,07:00,,,,Asia/Tokyo,device"])
async def test_the_line_after_a_refused_one_counts_for_itself(database: Database, tmp_path: Path, alarm: str) -> None:
    text = [
        f"a,Ada,,UTC,{alarm}\n",  # refused, and with it what it says of its user and of alarm 1
        "a,,,,2,07:00,,daily,,,\n",
        f"b,Bob,,UTC,{alarm}\n",
        "b,Ben,,UTC,1,07:00,,daily,,,\n",
    ]
    tally = await import_file(database, written(tmp_path, text))
    assert tally == Tally(lines=4, users=1, alarms=1, already_there=0)
    assert await database.value("select preferred_name from user_preferences") == "Ben"


async def test_mended_rejects_come_in(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, ["a,Ada,,UTC,1,07:00,2001-01-01,,,,\n", "a,,,,2,07:00,,daily,,,\n"])
    await import_file(database, path)
    mended = tmp_path / "mended.csv"
    mended.write_text((tmp_path / "people.rejects.csv").read_text().replace("07:00,2001-01-01,", "07:00,2039-01-01,"))
    assert await import_file(database, mended) == Tally(lines=2, users=1, alarms=2, already_there=0)
    assert not (tmp_path / "mended.rejects.csv").exists()


async def test_a_one_off_that_has_rung_since_is_already_there(
    database: Database, tmp_path: Path, clock: VirtualClock
) -> None:
    day = (clock.now() + timedelta(days=2)).date()
    path = written(tmp_path, [f"a,Ada,,UTC,,07:00,{day},,,,\n"])
    assert (await import_file(database, path)).alarms == 1
    clock.advance(timedelta(days=4))
    assert await import_file(database, path) == Tally(lines=1, users=0, alarms=0, already_there=1)


async def test_an_alarm_may_name_a_user_of_the_chunk_before_which_is_still_being_saved(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    text = [f"u{n},Ada,,UTC,1,07:00,,daily,,,\n" for n in range(10)] + [
        f"u{n},,,,2,08:00,,daily,,,\n" for n in range(10)
    ]
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("lock alarms in exclusive mode")
            importing = asyncio.create_task(import_file(database, written(tmp_path, text)))
            await somebody_waits(other)
        assert await asyncio.wait_for(importing, 30) == Tally(lines=20, users=10, alarms=20, already_there=0)
    finally:
        await other.close()


async def test_lists_and_places_come_in_as_they_were_given(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "user,timezone,place,latitude,longitude,country,subdivision,feeds,time,days,skip_dates,pause,snooze_minutes,active\n"
        "a,UTC,Köln,50.94,-6.96,DE,NW,https://a.example/x,07:00,mon,2026-12-24 2026-12-25,2027-01-01..2027-01-02,5,\n"
        "b,UTC,,,,,,,07:00,,,,,false\n",
        encoding="utf-8",
    )
    assert (await import_file(database, path)).alarms == 2
    people, alarms = PostgresPeople(database), PostgresAlarms(database)
    wanted = (await people.find(user_id_of("a"))).preferences
    assert (wanted.place_name, wanted.latitude, wanted.longitude) == ("Köln", 50.94, -6.96)
    assert (wanted.country, wanted.subdivision, wanted.feeds) == ("DE", "NW", ("https://a.example/x",))
    [weekly], [off] = await alarms.list(user_id_of("a")), await alarms.list(user_id_of("b"))
    assert weekly.skip_dates == (date(2026, 12, 24), date(2026, 12, 25))
    assert (weekly.pause, weekly.days) == ((date(2027, 1, 1), date(2027, 1, 2)), (1,))
    assert (weekly.snooze_minutes, weekly.snooze_limit) == (5, 3)
    assert (off.active, off.next_ring_at, off.date is None) == (False, None, False)
    assert (await people.find(user_id_of("b"))).preferences.feeds == ()


async def test_two_imports_of_one_file_at_once_bring_each_row_once(database: Database, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    text = rows(40)
    one, two = written(tmp_path, text), written(tmp_path / "other", text[::-1])
    tallies = await asyncio.gather(import_file(database, one), import_file(database, two, size=13))
    assert sum(tally.alarms for tally in tallies) == 120
    assert sum(tally.already_there for tally in tallies) == 120
    assert await counts(database) == {
        "users": 40, "user_preferences": 40, "alarms": 120, "audio_generation_queue": 120,
    }  # fmt: skip
    assert not list(tmp_path.rglob("*.rejects.csv"))
