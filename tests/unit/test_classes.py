"""R08: classes are how near the ring is, at the edges exactly, and with time only more urgent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.control.classes import CLASSES, LANES, reach, slowest_tick
from onealarm.jobs.deadline import LEAD
from onealarm.jobs.priority import priority

RING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("ahead", "value"),
    [
        (-MINUTE, 1),
        (25 * MINUTE, 1),
        (25 * MINUTE + TICK, 3),
        (58 * MINUTE, 3),
        (58 * MINUTE + TICK, 5),
        (timedelta(days=30), 5),
    ],
)
def test_the_edges_are_exact(ahead: timedelta, value: int) -> None:
    assert priority(RING, RING - ahead) == value


@given(st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=2)), min_size=2))
def test_a_job_only_ever_becomes_more_urgent(ahead: list[timedelta]) -> None:
    values = [priority(RING, RING - one) for one in sorted(ahead, reverse=True)]
    assert values == sorted(values, reverse=True)


def test_the_permissions_are_those_of_the_table() -> None:
    assert [(one.value, one.name, one.token_share, one.slowest_tick.total_seconds()) for one in CLASSES.values()] == [
        (1, "critical", 1.0, 30),
        (3, "high", 0.95, 120),
        (5, "normal", 0.85, 300),
    ]


def test_who_may_use_less_is_never_more_urgent() -> None:
    shares = [CLASSES[value].token_share for value in (1, 3, 5)]
    ticks = [CLASSES[value].slowest_tick for value in (1, 3, 5)]
    assert shares == sorted(shares, reverse=True)
    assert ticks == sorted(ticks)


@given(
    st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=6)), st.timedeltas(timedelta(), timedelta(hours=4))
)
def test_a_lane_reaches_exactly_the_jobs_of_its_classes(ahead: timedelta, advance: timedelta) -> None:
    value = priority(RING, RING - ahead)
    for lane in ("high", "normal"):
        assert (ahead <= LEAD + reach(lane, advance=advance)) == (value in LANES[lane])
    assert (ahead <= LEAD + reach("batch", advance=advance)) == (value < 5 or ahead <= LEAD + advance)


def test_a_lane_holds_the_classes_above_it_and_ticks_as_its_last_one_asks() -> None:
    assert LANES["high"] < LANES["normal"] < LANES["batch"]
    assert [slowest_tick(lane).total_seconds() for lane in LANES] == [30, 120, 300]
