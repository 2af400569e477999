"""What a schedule amounts to in a day, and the traps in it: the roadmap's own texts first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from onealarm.control.schedules.day import Day, day_of
from onealarm.control.schedules.lane import Schedule
from onealarm.control.schedules.reading import read_schedule
from onealarm.control.schedules.traps import Trap, find_traps
from onealarm.jobs.deadline import EXPECTED_WORK
from tests.support.roadmap import HOURS, PHASE_1, PRIORITIES, schedule_of, urgent_and_hours

WEDNESDAY = date(2026, 11, 25)


def counted(schedule: Schedule, *, on: date = WEDNESDAY, work: timedelta = EXPECTED_WORK) -> Day:
    return day_of(schedule, on, work=work)


def toml(text: str, *, on: date = WEDNESDAY, work: timedelta = EXPECTED_WORK) -> Day:
    return counted(read_schedule("lanes.toml", text), on=on, work=work)


def by_kind(day: Day) -> dict[str, list[Trap]]:
    found: dict[str, list[Trap]] = {}
    for trap in find_traps(day):
        found.setdefault(trap.kind, []).append(trap)
    return found


def test_the_time_based_set_fires_708_times_in_672_minutes() -> None:
    day = counted(schedule_of(HOURS))
    assert {lane.lane.name: len(lane.firings) for lane in day.lanes} == {
        "peak_hours": 6,
        "normal_hours": 630,
        "off_peak_hours": 72,
    }
    assert (day.firings, day.distinct_minutes) == (708, 672)


def test_with_the_urgent_lane_it_fires_756_times_in_no_other_minute() -> None:
    day = counted(urgent_and_hours())
    assert (day.firings, day.distinct_minutes) == (756, 672)


def test_the_lanes_by_priority_fire_44_times_an_hour_in_36_minutes() -> None:
    day = counted(schedule_of(PRIORITIES))
    assert {(hour.firings, hour.distinct_minutes) for hour in day.hours} == {(44, 36)}
    assert len(day.hours) == 24


def test_every_minute_is_60_an_hour() -> None:
    day = counted(schedule_of(PHASE_1))
    assert {hour.firings for hour in day.hours} == {60}
    [trap] = find_traps(day)
    assert trap.kind == "one_alarm"
    assert "at most 60 alarms an hour" in trap.problem


def test_the_urgent_lane_that_is_the_slowest_is_told() -> None:
    traps = by_kind(counted(schedule_of(PRIORITIES)))
    assert list(traps) == ["interval", "urgent_is_slow", "one_alarm"]
    [interval] = traps["interval"]
    assert interval.lanes == ("urgent_alarms",)
    assert interval.problem == (
        "is called urgent, which needs a look every 30 s, and fires every 30 min: */30 in its first field is every "
        "30 minutes, and five-field cron has no seconds"
    )
    assert interval.remedy == "Write every 30s"
    [slow] = traps["urgent_is_slow"]
    assert "every 30 min, but standard_alarms every 2 min, batch_processing every 5 min" in slow.problem
    [one] = traps["one_alarm"]
    assert "at most 44 alarms an hour" in one.problem


def test_every_trap_of_the_time_based_set_is_told() -> None:
    traps = by_kind(counted(schedule_of(HOURS)))
    assert list(traps) == ["interval", "hours", "urgent_is_slow", "overlap", "zone", "one_alarm"]
    [interval] = traps["interval"]
    assert interval.lanes == ("peak_hours",)
    assert interval.problem.startswith("says every 30 s, and fires every 30 min, 6 times a day")
    assert interval.remedy == "Write six fields, seconds first: */30 * 6-8 * * *"
    [hours] = traps["hours"]
    assert "says 06:00 to 08:00, and covers 06:00 to 08:59" in hours.problem
    [overlap] = traps["overlap"]
    assert overlap.lanes == ("normal_hours", "off_peak_hours")
    assert overlap.problem == "both have 00:00-05:59, and fire in the same minute 36 times a day"
    [zone] = traps["zone"]
    assert "for alarms from 06:00 to 08:00 falls there at 05:02 to 07:02" in zone.problem


MENDED = """
timezone = "Europe/Berlin"
[windows]
peak = "05:00-08:00"
normal = "08:00-22:00"
off_peak = "22:00-05:00"
[lanes.urgent]
schedule = "every 30s"
priority = "high"
batch = 20
[lanes.peak]
description = "every 30 seconds"
schedule = "*/30 * * * * *"
window = "peak"
batch = 100
concurrency = 100
[lanes.normal]
description = "every 2 minutes"
schedule = "*/2 * * * *"
window = "normal"
batch = 20
[lanes.off_peak]
description = "every 5 minutes"
schedule = "*/5 * * * *"
window = "off_peak"
batch = 20
"""


def test_a_schedule_that_does_what_it_says_has_no_traps_but_what_takes_too_long() -> None:
    traps = find_traps(toml(MENDED, work=timedelta(seconds=5)))
    assert traps == []
    assert [trap.lanes for trap in find_traps(toml(MENDED, work=timedelta(seconds=30)))] == [("urgent",)]


def test_the_capacity_is_that_of_the_firings_or_of_the_slots() -> None:
    text = '[lanes.one]\nschedule = "every 30s"\nbatch = 10\nconcurrency = 4\n'
    by_firings = toml(text, work=timedelta(seconds=1))
    assert {hour.capacity for hour in by_firings.hours} == {120 * 10}
    by_slots = toml(text, work=timedelta(seconds=30))
    assert {hour.capacity for hour in by_slots.hours} == {4 * 120}
    assert by_slots.capacity == 24 * 4 * 120


def test_a_firing_makes_no_more_than_its_time_budget_allows() -> None:
    text = '[lanes.one]\nschedule = "0 * * * *"\nbatch = 1000\nconcurrency = 2\ntime_budget_seconds = 400\n'
    [lane] = toml(text, work=timedelta(seconds=60)).lanes
    assert lane.per_firing == 2 * 6  # six times a minute in 380 s


def test_a_day_is_that_of_the_zone_that_all_lanes_share() -> None:
    text = 'timezone = "Europe/Berlin"\n[lanes.one]\nschedule = "*/30 * * * *"\nbatch = 5\n'
    short, long = toml(text, on=date(2026, 3, 29)), toml(text, on=date(2026, 10, 25))
    assert (short.firings, long.firings) == (46, 50)
    assert [hour.start for hour in short.hours[:4]] == ["00:00", "01:00", "03:00", "04:00"]
    two = text + '[lanes.two]\nschedule = "0 0 * * *"\ntimezone = "Asia/Tokyo"\nbatch = 5\n'
    assert toml(two).timezone == "UTC"


@pytest.mark.parametrize(
    ("lane", "kind", "told"),
    [
        ('schedule = "*/25 * * * *"', "uneven", "the last pause is 10"),
        ('schedule = "*/7 * * * * *"', "uneven", "the last pause is 4"),
        ('schedule = "* */5 * * * *"', "every_second", "the first is the seconds"),
        ('schedule = "*/5 * * * *"\npriority = "normal"', "interval", "needs a look every 2 min, and fires"),
        ('schedule = "*/2 * * * *"\ndescription = "Every minute"', "interval", "says every 1 min"),
        ('schedule = "30 2 * * *"\ntimezone = "Europe/Berlin"', "clock_change", "on 2027-03-28 the clock of"),
        ('schedule = "*/5 * * * *"\nbatch = 1', "one_alarm", "makes one alarm"),
        ('schedule = "every 60s"\nbatch = 100\nconcurrency = 1', "too_long", "take 50 min at 30 s each"),
        ('schedule = "*/5 6-21 * * *"\ntimezone = "UTC"', "gap", "nobody fires at 00:00-05:59, 22:00-23:59"),
        ('schedule = "every 30s"\npriority = "high"', "gap", "only the urgent lane fires at 00:00-23:59"),
    ],
)  # fmt: skip
def test_each_trap_is_told(lane: str, kind: str, told: str) -> None:
    traps = by_kind(toml(f"[lanes.one]\n{lane}\n"))
    assert any(told in trap.problem for trap in traps[kind]), traps


@pytest.mark.parametrize("page", ["how-to/run-from-cron.md", "reference/schedules.md"])
def test_the_schedules_in_the_documents_do_what_they_say(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert find_traps(toml(example)) == []


def test_a_window_bounds_what_its_slots_can_make() -> None:
    text = '[lanes.one]\nschedule = "every 30s"\nwindow = "05:00-08:00"\nbatch = 100\nconcurrency = 2\n'
    assert toml(text).capacity == 3 * 2 * 120


@pytest.mark.parametrize(
    "lane",
    [
        'schedule = "every 30s"\npriority = "batch"\nbatch = 8',
        'schedule = "every 5m"\npriority = "batch"\nbatch = 8\ntimezone = "Europe/Berlin"',
        'schedule = "*/2 * * * *"\ndescription = "Every 2 minutes"\nbatch = 8',
        'schedule = "0 */5 * * * *"\ndescription = "looks at all"\nbatch = 8',
    ],
)
def test_a_lane_that_does_what_it_says_is_left_alone(lane: str) -> None:
    for day in (WEDNESDAY, date(2026, 3, 29), date(2026, 10, 25)):
        assert find_traps(toml(f"[lanes.one]\n{lane}\n", on=day)) == []
