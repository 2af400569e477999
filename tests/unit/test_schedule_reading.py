"""Schedules as people write them, in three forms; what cannot be used is in ``tests/bad_input``."""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from onealarm.control.schedules.lane import BATCH, BUDGET, CONCURRENCY, Cron, Every, Schedule, Window
from onealarm.control.schedules.order import Order, order_of
from onealarm.control.schedules.reading import joined, narrowed, read_schedule
from onealarm.errors import BadInput
from tests.bad_input.command import call
from tests.support.roadmap import HOURS, LOAD, PHASE_1, PRIORITIES, schedule_of

FOUR = ("urgent_alarms", "peak_hours", "normal_hours", "off_peak_hours")


def lines(text: str) -> Schedule:
    return read_schedule("lanes.cron", text)


def test_the_roadmaps_json_is_read_as_it_is() -> None:
    urgent, standard, batch = schedule_of(PRIORITIES).lanes
    assert (urgent.name, urgent.when, urgent.priority) == ("urgent_alarms", Cron("*/30 * * * *"), "high")
    assert (standard.priority, batch.priority) == ("normal", "batch")
    assert (urgent.batch, urgent.concurrency, urgent.budget, urgent.timezone) == (BATCH, CONCURRENCY, BUDGET, "UTC")
    [every_minute] = schedule_of(PHASE_1).lanes
    assert every_minute.said == "Process audio generation queue every 1 minute"
    assert every_minute.priority == "batch"


def test_the_roadmaps_cron_lines_are_named_by_their_comments() -> None:
    peak, normal, off_peak = schedule_of(HOURS).lanes
    assert [lane.name for lane in (peak, normal, off_peak)] == ["peak_hours", "normal_hours", "off_peak_hours"]
    assert peak.when == Cron("0,30 6-8 * * *")
    assert peak.said == "Peak hours (6-8 AM) - Every 30 seconds"


def test_the_roadmaps_rules_by_load_are_no_schedule() -> None:
    with pytest.raises(BadInput, match="there is no cron line in it"):
        schedule_of(LOAD)


def test_lines_may_be_bare_or_in_either_quotes_and_without_a_name_they_have_their_number() -> None:
    found = lines("*/2 * * * *\n\n# twice\n'*/3 * * * *'\n# twice\n\"every 30s\"\n")
    assert [lane.name for lane in found.lanes] == ["line_1", "twice", "twice_line_6"]
    assert [lane.when for lane in found.lanes] == [
        Cron("*/2 * * * *"),
        Cron("*/3 * * * *"),
        Every(timedelta(seconds=30)),
    ]


def test_toml_and_json_give_the_same_lanes() -> None:
    lane: dict[str, Any] = {"schedule": "every 5m", "window": "night", "batch": 7, "concurrency": 3}
    lane |= {"timezone": "Asia/Tokyo", "time_budget_seconds": 90, "description": "at night", "priority": "normal"}
    as_json = json.dumps({"windows": {"night": "22:00-05:00"}, "lanes": {"owl": lane}})
    as_toml = '[windows]\nnight = "22:00-05:00"\n[lanes.owl]\n' + "".join(
        f"{key} = {json.dumps(value)}\n" for key, value in lane.items()
    )
    schedule = read_schedule("lanes.JSON", as_json)
    assert schedule == read_schedule("lanes.toml", as_toml)
    [owl] = schedule.lanes
    assert owl.window == Window("night", time(22), time(5))
    assert order_of(owl) == Order("owl", "normal", 7, 3, timedelta(seconds=90))


@pytest.mark.parametrize(
    ("text", "seconds"), [("every 30s", 30), ("Every 5 minutes", 300), ("every 2h", 7200), ("every 86400 s", 86_400)]
)
def test_a_period_has_a_number_and_a_unit(text: str, seconds: int) -> None:
    [lane] = lines(text).lanes
    assert lane.when == Every(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "text", ["0 7 * jan-mar mon-fri", "0 0 L * *", "0 9 * * mon#1", "0 0 ? * sun", "5-10/2 * * * *"]
)
def test_what_croniter_reads_is_read(text: str) -> None:
    [lane] = lines(text).lanes
    assert lane.when == Cron(text)


def test_the_files_zone_is_that_of_lanes_without_one() -> None:
    text = 'timezone = "Asia/Tokyo"\n[lanes.a]\nschedule = "* * * * *"\n[lanes.b]\nschedule = "* * * * *"\n'
    a, b = read_schedule("lanes.toml", text + 'timezone = "UTC"\n').lanes
    assert (a.timezone, b.timezone) == ("Asia/Tokyo", "UTC")


def test_several_files_are_one_schedule_and_a_name_is_in_it_once() -> None:
    both = joined([schedule_of(PRIORITIES), schedule_of(HOURS)])
    assert len(both.lanes) == 6
    assert [lane.name for lane in narrowed(both, FOUR).lanes] == list(FOUR)
    with pytest.raises(BadInput, match="urgent_alarms: is the name of two lanes"):
        joined([schedule_of(PRIORITIES), schedule_of(PRIORITIES)])
    with pytest.raises(BadInput, match="--lane: 'x' is not in the schedule"):
        narrowed(both, ["x"])


def test_the_command_counts_what_the_roadmap_amounts_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = [word for name in FOUR for word in ("--lane", name)]
    arguments = ("schedule", "check", str(PRIORITIES), str(HOURS), *lanes, "--day", "2026-11-25")
    code, out, err = call((*arguments, "--json"), {}, folder=tmp_path, patch=monkeypatch)
    assert (code, err) == (0, "")
    found = json.loads(out.splitlines()[-1])
    assert (found["firings"], found["distinct_minutes"]) == (756, 672)
    assert [(lane["name"], lane["firings"]) for lane in found["lanes"]] == list(
        zip(FOUR, (48, 6, 630, 72), strict=True)
    )
    assert {trap["kind"] for trap in found["traps"]} == {
        *("interval", "hours", "urgent_is_slow", "overlap", "zone", "one_alarm")
    }
    code, out, err = call(arguments, {}, folder=tmp_path, patch=monkeypatch)
    assert (code, err) == (0, "")
    assert "756 firings in 672 distinct minutes" in out
    assert list(tmp_path.iterdir()) == []
