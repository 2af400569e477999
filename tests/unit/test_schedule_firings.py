"""When lanes fire, on the clocks of their zones."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise

import pytest

from onealarm.control.schedules.firings import firings, firings_between, instant_of, next_firing
from onealarm.control.schedules.lane import Cron, Every, Lane, Window

DAY = timedelta(days=1)
PEAK = Window("peak", time(6), time(9))
NIGHT = Window("night", time(22), time(5))


def lane(when: str | timedelta, *, timezone: str = "UTC", window: Window | None = None) -> Lane:
    return Lane("one", Cron(when) if isinstance(when, str) else Every(when), timezone=timezone, window=window)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def on(day: str, of: Lane) -> list[datetime]:
    """The firings of a local day."""
    start = datetime.fromisoformat(day)
    return firings_between(of, instant_of(of.timezone, start), instant_of(of.timezone, start + DAY))


def test_the_next_firing_is_after_the_instant_and_not_at_it() -> None:
    every_two = lane("*/2 * * * *")
    assert next_firing(every_two, after=at("2026-11-25T07:00:00Z")) == at("2026-11-25T07:02:00Z")
    assert next_firing(every_two, after=at("2026-11-25T06:59:59.999999Z")) == at("2026-11-25T07:00:00Z")


def test_of_six_fields_the_first_is_the_seconds() -> None:
    found = list(islice(firings(lane("*/30 * 6-8 * * *"), after=at("2026-11-25T08:59:00Z")), 2))
    assert found == [at("2026-11-25T08:59:30Z"), at("2026-11-26T06:00:00Z")]
    assert len(on("2026-11-25", lane("*/30 * 6-8 * * *"))) == 360


@pytest.mark.parametrize("seconds", [1, 7, 30, 90, 3600])
def test_a_period_is_counted_from_one_instant_for_all(seconds: int) -> None:
    start, period = at("2026-11-25T00:00:03Z"), timedelta(seconds=seconds)
    found = list(islice(firings(lane(period), after=start), 5))
    assert all(one.timestamp() % seconds == 0 for one in found)
    assert all(later - earlier == period for earlier, later in pairwise(found))
    assert timedelta() < found[0] - start <= period


def test_hours_are_those_of_the_lanes_zone() -> None:
    assert on("2026-11-25", lane("0 7 * * *", timezone="America/Los_Angeles")) == [at("2026-11-25T07:00-08:00")]
    assert on("2026-07-25", lane("0 7 * * *", timezone="America/Los_Angeles")) == [at("2026-07-25T07:00-07:00")]


def test_a_lane_keeps_its_pace_on_the_day_that_skips_an_hour() -> None:
    found = on("2026-03-29", lane("*/30 * * * *", timezone="Europe/Berlin"))
    assert len(found) == 46
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=30)}


def test_a_lane_keeps_its_pace_on_the_day_that_has_an_hour_twice() -> None:
    found = on("2026-10-25", lane("*/30 * * * *", timezone="Europe/Berlin"))
    assert len(found) == 50
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=30)}


def test_a_wall_time_that_is_skipped_does_not_fire_and_one_that_comes_twice_fires_twice() -> None:
    half_past_two = lane("30 2 * * *", timezone="Europe/Berlin")
    assert on("2026-03-28", half_past_two) == [at("2026-03-28T02:30+01:00")]
    assert on("2026-03-29", half_past_two) == []
    assert on("2026-10-25", half_past_two) == [at("2026-10-25T02:30+02:00"), at("2026-10-25T02:30+01:00")]


def test_a_clock_that_moves_by_half_an_hour_is_followed() -> None:
    found = on("2026-04-05", lane("*/15 * * * *", timezone="Australia/Lord_Howe"))
    assert len(found) == 24.5 * 4


@pytest.mark.parametrize(("window", "hours"), [(PEAK, 3), (NIGHT, 7)])
@pytest.mark.parametrize("when", ["*/2 * * * *", timedelta(minutes=2)])
def test_a_window_holds_its_first_instant_and_not_its_last(window: Window, hours: int, when: str | timedelta) -> None:
    found = on("2026-11-25", lane(when, timezone="Europe/Berlin", window=window))
    wall = [(one + timedelta(hours=1)).time() for one in found]
    assert len(found) == hours * 30
    assert window.start in wall
    assert window.end not in wall


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 2), ("2026-10-25", 4)])
def test_a_window_across_a_change_of_the_clock_is_as_long_as_it_then_is(day: str, hours: int) -> None:
    early = Window("early", time(1), time(4))
    assert len(on(day, lane("*/2 * * * *", timezone="Europe/Berlin", window=early))) == hours * 30


def test_a_window_that_the_clock_skips_is_shut_that_day() -> None:
    skipped = Window("skipped", time(2), time(3))
    found = list(islice(firings(lane("0 * * * *", timezone="Europe/Berlin", window=skipped),
                                after=at("2026-03-27T12:00Z")), 2))  # fmt: skip
    assert found == [at("2026-03-28T02:00+01:00"), at("2026-03-30T02:00+02:00")]


def test_a_lane_that_never_fires_has_no_next_firing() -> None:
    assert next_firing(lane("0 0 30 2 *"), after=at("2026-11-25T00:00Z")) is None
    assert next_firing(lane("0 12 * * *", window=PEAK), after=at("2026-11-25T00:00Z")) is None


def test_a_leap_day_is_found() -> None:
    assert next_firing(lane("0 0 29 2 *"), after=at("2026-11-25T00:00Z")) == at("2028-02-29T00:00Z")
