"""R30: each row of the roadmap's table on a real queue, in a time that leaps (E07 to E14).

``make roadmap`` takes three hours of each row, with the roadmap's text to its last ring, and prints them;
docs/explanation/the-roadmap.md has the figures.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import timedelta
from typing import Final

import pytest

from onealarm.simulator.roadmap import PHASES, calls_per_hour
from tests.support.roadmap.rows import HOUR, Row, as_written, by_the_fleet

HOURS: Final = float(os.environ.get("HOURS", "0"))
"""Of each row; 0 takes as much as it needs to be sure."""

MINUTE: Final = timedelta(minutes=1)

TEXT: Final = {
    "roadmap-current": 30,
    "roadmap-1.1": 60,
    "roadmap-1": 60,
    "roadmap-2": 44,
    "roadmap-3": 162,
    "roadmap-4": 600,
    "roadmap-5": 1200,
    "roadmap-6": 1200,
}
"""What the control reference (9.3) says that the text yields an hour, at most."""

SATURATED: Final = ("roadmap-current", "roadmap-1.1", "roadmap-1", "roadmap-2")
"""Whose calls are the same whatever waits."""


def told(way: str, row: Row) -> Row:
    if HOURS:
        print(f"\n{way}: {asdict(row)}")  # noqa: T201 - this is what it is for
    return row


def test_the_table_is_whole() -> None:
    assert list(TEXT) == list(PHASES)
    assert [phase.claims for phase in PHASES.values()] == [30, 60, 3750, 4500, 5000, 7500, 8000, 10_000]


@pytest.mark.parametrize("name", PHASES)
def test_r30_a_fleet_does_what_the_row_promises(database_url: str, name: str) -> None:
    """Within 2 % of it an hour, nobody late, nothing twice, nothing short."""
    promised = PHASES[name].claims
    lasts = HOURS * HOUR if HOURS else (HOUR / 2 if promised < 100 else HOUR / 6)
    row = told("by the fleet", by_the_fleet(database_url, name, lasts=lasts))
    assert row.done_per_hour == pytest.approx(promised, rel=0.02)
    assert row.done == row.offered
    assert (row.late, row.expired, row.twice, row.short) == (0, 0, 0, 0)
    assert row.in_flight == pytest.approx(promised * 240 / 3600, abs=4), "as the reference's table has it"


@pytest.mark.parametrize("name", PHASES)
def test_r30_the_rows_text_does_less(database_url: str, name: str) -> None:
    lasts = HOURS * HOUR if HOURS else HOUR / 2
    row = told("as written", as_written(database_url, name, lasts=lasts, to_the_last_ring=bool(HOURS)))
    begun_per_hour = row.begun * (HOUR / lasts)
    assert begun_per_hour <= TEXT[name]
    assert row.twice == 0
    if name in SATURATED:
        assert begun_per_hour == TEXT[name] == calls_per_hour(PHASES[name], due=100)
    if PHASES[name].claims > 60:
        assert row.begun < 0.16 * row.offered, "its table promises all"


def test_r30_a_twentieth_more_than_promised_makes_nobody_late(database_url: str) -> None:
    row = told("with 1.05", by_the_fleet(database_url, "roadmap-1", lasts=(HOURS or 0.2) * HOUR, load=1.05))
    assert (row.done, row.late, row.expired) == (row.offered, 0, 0)


def test_r30_twice_as_much_as_promised_is_shortened_and_not_missed(database_url: str) -> None:
    row = told("with 2", by_the_fleet(database_url, "roadmap-1.1", lasts=2 * HOUR, load=2))
    assert (row.done, row.late, row.expired, row.twice) == (row.offered, 0, 0, 0)
    assert 0.1 * row.offered < row.short < row.offered
