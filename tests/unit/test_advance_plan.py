"""The published plan: what it says when, that it ends, and that it survives being kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from onealarm.control.plan.advance import NO_ADVANCE, AdvancePlan
from onealarm.control.plan.fill import backward_fill, bucket_of_each
from onealarm.control.plan.lazy_edf import Outlook, plan_ahead, upper_demand
from onealarm.control.plan.window import LONGEST, OLDEST, advance_seconds
from onealarm.control.prescale import required_rate, target_slots
from onealarm.jobs.deadline import LEAD

NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)
PLAN = AdvancePlan(7, NOW, NOW + timedelta(minutes=3), (0, 90, 30))
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(), 0),
        (timedelta(seconds=59.9), 0),
        (timedelta(minutes=1), 90),
        (timedelta(minutes=1, seconds=59), 90),
        (timedelta(minutes=2), 30),
        (timedelta(minutes=3), 0),
        (timedelta(days=30), 0),
    ],
)
def test_r27_it_holds_minute_by_minute_and_then_no_more(after: timedelta, seconds: int) -> None:
    assert PLAN.at(NOW + after) == timedelta(seconds=seconds)


def test_it_is_of_instants_and_not_of_clocks() -> None:
    elsewhere = (NOW + MINUTE).astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert PLAN.at(elsewhere) == timedelta(seconds=90)


def test_it_may_expire_before_its_minutes_end() -> None:
    plan = AdvancePlan(7, NOW, NOW + MINUTE, (60, 60, 60))
    assert [plan.at(NOW + minutes * MINUTE).seconds for minutes in (0, 1, 2)] == [60, 0, 0]


def test_without_a_plan_nothing_is_early() -> None:
    assert NO_ADVANCE.at(NOW) == timedelta()


def test_it_survives_json() -> None:
    assert AdvancePlan.from_json(json.loads(json.dumps(PLAN.to_json()))) == PLAN


@pytest.mark.parametrize(
    "changed",
    [
        {"epoch": "7"},
        {"epoch": None},
        {"seconds": "0,90"},
        {"seconds": [0, -1]},
        {"seconds": [0, 1.5]},
        {"starts_at": "2026-06-01T05:00:00"},
        {"starts_at": "soon"},
        {"valid_until": None},
    ],
)
def test_what_is_not_a_plan_is_none(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"plan|isoformat"):
        AdvancePlan.from_json({**PLAN.to_json(), **changed})


def test_a_crowded_minute_comes_into_reach_when_its_first_job_must_begin() -> None:
    demand, capacity = np.zeros(120, int), np.full(120, 30)
    demand[100] = 1000  # 30 a minute: 33 minutes and 20 seconds, of which the last minute is 100 itself
    fill = backward_fill(demand, capacity)
    advance = advance_seconds(fill, demand, capacity)
    assert advance[:67].tolist() == [0] * 67
    assert advance[67] == 32 * 60 + 20
    assert advance[68:100].tolist() == [60 * minutes for minutes in range(32, 0, -1)]
    assert advance[100:].tolist() == [0] * 20


def test_work_may_be_weighed_in_any_unit() -> None:
    demand, capacity = np.zeros(120), np.full(120, 30.0)
    demand[100] = 1000
    in_jobs = advance_seconds(backward_fill(demand, capacity), demand, capacity)
    segments, room = demand * 3.7, capacity * 3.7
    assert advance_seconds(backward_fill(segments, room), segments, room).tolist() == in_jobs.tolist()


def test_the_window_is_never_wider_than_content_may_be_old() -> None:
    demand, capacity = np.zeros(600, int), np.full(600, 1)
    demand[599] = 500
    advance = advance_seconds(backward_fill(demand, capacity), demand, capacity)
    assert timedelta(seconds=int(advance.max())) == LONGEST
    assert LONGEST + LEAD == OLDEST


def test_minutes_without_capacity_are_planned_around() -> None:
    demand = np.array([0, 0, 0, 0, 10, 10])
    capacity = np.array([10, 10, 10, 0, 0, 0])
    fill = backward_fill(demand, capacity)
    assert fill.starts.tolist() == [0, 10, 10, 0, 0, 0]
    assert bucket_of_each(fill).tolist() == [1] * 10 + [2] * 10
    assert advance_seconds(fill, demand, capacity)[1:3].tolist() == [180, 180]


def test_nothing_to_do_is_planned() -> None:
    nothing = np.zeros(10, int)
    fill = backward_fill(nothing, nothing)
    assert (fill.shortage, fill.early) == (0, 0)
    assert advance_seconds(fill, nothing, nothing).tolist() == [0] * 10


def outlook(known: np.ndarray[tuple[int], np.dtype[np.float64]], **other: object) -> Outlook:
    ones, none = np.ones(known.size), np.zeros(known.size)
    return Outlook(**{"known": known, "staying": ones, "coming": none, "capacity": 10 * ones, **other})  # type: ignore[arg-type]


def test_what_is_certain_needs_no_reserve() -> None:
    known = np.arange(20.0)
    assert upper_demand(outlook(known), z=2.3) == pytest.approx(known)


def test_the_reserve_grows_with_doubt_and_never_falls_below_the_mean() -> None:
    known, coming, staying = np.full(50, 8.0), np.full(50, 2.0), np.full(50, 0.9)
    uncertain = outlook(known, coming=coming, staying=staying)
    mean = np.cumsum(uncertain.mean())
    sums = [np.cumsum(upper_demand(uncertain, z=z)) for z in (0.0, 1.3, 2.3)]
    assert sums[0] == pytest.approx(mean)
    assert (sums[1] > mean).all()
    assert (sums[2] > sums[1]).all()
    doubtful = np.cumsum(upper_demand(outlook(known, coming=coming, staying=staying, doubt=0.1), z=1.3))
    assert (doubtful > sums[1]).all()


def test_the_reserve_is_exceeded_as_seldom_as_it_says() -> None:
    rng = np.random.default_rng(5)
    known, coming, staying = np.full(200, 30.0), np.full(200, 10.0), np.full(200, 0.9)
    upper = np.cumsum(upper_demand(outlook(known, coming=coming, staying=staying), z=1.3))
    drawn = rng.binomial(30, 0.9, (2000, 200)) + rng.poisson(10, (2000, 200))
    exceeded = (np.cumsum(drawn, axis=1)[:, 99] > upper[99]).mean()
    assert 0.07 < exceeded < 0.13  # a normal variable exceeds 1.3 deviations in 9.7 % of cases


def test_a_tick_publishes_the_next_hours_and_sees_beyond_them() -> None:
    known = np.zeros(300)
    known[250] = 600  # an hour's capacity: from minute 191 on
    planned = plan_ahead(outlook(known), now=NOW + timedelta(seconds=42), epoch=3, horizon=timedelta(minutes=200))
    assert planned.plan.epoch == 3
    assert planned.plan.starts_at == NOW
    assert planned.plan.valid_until == NOW + 200 * MINUTE
    assert len(planned.plan.seconds) == 200
    assert planned.plan.at(NOW + 190 * MINUTE) == timedelta()
    assert planned.plan.at(NOW + 191 * MINUTE) == 59 * MINUTE
    assert planned.plan.at(NOW + 199 * MINUTE) == 51 * MINUTE
    assert planned.fill.shortage == 0


def test_what_is_overdue_takes_room_from_what_comes() -> None:
    known = np.zeros(100)
    known[20] = 100
    without = plan_ahead(outlook(known), now=NOW, epoch=1).plan
    known[0] = 150  # for 15 minutes nothing else fits
    with_backlog = plan_ahead(outlook(known), now=NOW, epoch=1)
    assert without.at(NOW + 10 * MINUTE) == timedelta()
    assert without.at(NOW + 11 * MINUTE) == 9 * MINUTE
    assert with_backlog.plan.seconds[11] == 9 * 60
    assert with_backlog.fill.shortage == 140  # beyond this minute's 10: it is overdue


def test_slots_are_there_when_the_wave_is() -> None:
    demand = np.zeros(240)
    demand[100:130] = 100.0
    required = required_rate(demand, extra_age=30 * MINUTE)
    assert required[100] == pytest.approx(3000 / 60)
    slots = {"work_time": timedelta(seconds=36), "start_time": 10 * MINUTE}
    assert target_slots(required[60:], **slots) == round(50 * 0.6 / 0.8 + 0.5)
    assert target_slots(required[140:], **slots) == 0
    assert target_slots(required[:0], **slots) == 0
