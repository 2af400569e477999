"""The judgements of ``onealarm doctor`` that follow from figures alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.stock import StockVoice
from onealarm.briefing.voices import VOICES
from onealarm.cli.doctor.clock import judge_clock, judge_zone_rules
from onealarm.cli.doctor.database import judge_migrations, judge_server
from onealarm.cli.doctor.stock import find_lost, judge_stock
from onealarm.cli.doctor.work import judge_work
from onealarm.ids import AudioId, SegmentKey
from onealarm.pipeline.briefing import Part
from onealarm.postgres.condition import AppliedMigration, ServerLook, StockLook, WorkLook
from onealarm.postgres.migrate import Migration, migrations

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def server(*, number: int = 180_000, read_only: bool = False, instant: datetime = NOW) -> ServerLook:
    return ServerLook("18.0", number, read_only, migrated=True, instant=instant, moved_to=None)


@pytest.mark.parametrize(("number", "well"), [(149_999, False), (150_000, True), (180_004, True)])
def test_a_server_is_too_old_below_15(number: int, well: bool) -> None:
    finding = judge_server(server(number=number))
    assert (finding.remedy is None) is well
    assert well or finding.remedy == "OneAlarm needs PostgreSQL 15 or later"


@pytest.mark.parametrize(
    ("ahead", "well"),
    [(timedelta(), True), (5 * SECOND, True), (-5 * SECOND, True), (5.1 * SECOND, False), (-5.1 * SECOND, False)],
)
def test_clocks_may_differ_by_five_seconds(ahead: timedelta, well: bool) -> None:
    finding = judge_clock(server(instant=NOW + ahead), before=NOW, after=NOW, zone_version="2026c")
    assert (finding.remedy is None) is well
    assert f"{abs(ahead.total_seconds()):.1f} s between" in finding.found


def test_an_answer_that_was_long_on_its_way_is_no_difference() -> None:
    finding = judge_clock(server(instant=NOW), before=NOW - 20 * SECOND, after=NOW + 20 * SECOND, zone_version="2026c")
    assert finding.remedy is None


@pytest.mark.parametrize(
    ("here", "there", "whose"),
    [
        (1970, 2026, "this machine"),
        (2025, 2025, "this machine"),
        (2026, 2025, "the database"),
        (2041, 2041, "this machine"),
    ],
)
def test_a_year_before_the_zone_rules_or_after_them_is_a_wrong_clock(here: int, there: int, whose: str) -> None:
    mine = NOW.replace(year=here)
    finding = judge_clock(server(instant=NOW.replace(year=there)), before=mine, after=mine, zone_version="2026c")
    assert f"by {whose}" in finding.found
    assert finding.remedy == f"Set the clock of {whose} by NTP"


@pytest.mark.parametrize(("loaded", "well"), [("2026c", True), ("2025b", False), (None, False)])
def test_zone_rules_are_those_of_this_program(loaded: str | None, well: bool) -> None:
    assert (judge_zone_rules(loaded, here="2026c").remedy is None) is well


def applied(found: list[Migration]) -> list[AppliedMigration]:
    return [AppliedMigration(one.number, one.name, one.digest) for one in found]


def test_the_worst_that_can_be_said_of_the_tables_is_said() -> None:
    known = migrations()
    assert judge_migrations(applied(known), known).remedy is None
    assert "it is empty" in judge_migrations([], known).found
    pending = judge_migrations(applied(known[:-2]), known)
    assert pending.found == f"2 of {len(known)} migrations are missing, the first is {known[-2].name}"
    edited = [AppliedMigration(known[0].number, known[0].name, "another"), *applied(known[1:-1])]
    assert "was changed after it was applied" in judge_migrations(edited, known).found
    newer = [*edited, AppliedMigration(9999, "9999_future.sql", "x")]
    finding = judge_migrations(newer, known)
    assert finding.found == "its tables are of a newer program: 9999_future.sql is unknown here"
    assert finding.remedy is not None
    assert "or a later one" in finding.remedy


def test_a_voice_without_stock_is_named() -> None:
    pause = Part(SegmentKey("pause:3"), frames=3, size=33)
    spoken = [StockVoice(voice, language) for voice in VOICES for language in LANGUAGES]
    stock = [StockLook(AudioId(uuid4()), one, (pause,)) for one in spoken if one != ("nova", "de")]
    finding = judge_stock(stock, find_lost(stock, sizes={}), place="a bucket")
    assert finding.found == "1 of 18 voices have no stock briefing (nova (de))"
    assert "onealarm doctor --repair" in (finding.remedy or "")


@pytest.mark.parametrize(
    ("work", "says", "remedy"),
    [
        (WorkLook(0, 0, timedelta(), 0, None), "0 due, 0 in work", None),
        (WorkLook(1, 0, 300 * SECOND, 1, NOW), "1 due", None),
        (WorkLook(1, 0, timedelta(), 0, None), "none has ever beaten", "Start a worker"),
        (WorkLook(0, 1, timedelta(), 0, NOW), "the last beat was at 2026-11-24T12:00:00", "Start a worker"),
        (WorkLook(1, 0, 301 * SECOND, 1, NOW), "oldest due for 301 s", "Start more workers"),
    ],
)
def test_due_work_needs_workers_and_enough_of_them(work: WorkLook, says: str, remedy: str | None) -> None:
    finding = judge_work(work)
    assert says in finding.found
    assert (finding.remedy or "").startswith(remedy or "")
    assert (finding.remedy is None) is (remedy is None)
