"""Requirements of the control plane by their numbers, as far as plan and simulator keep them.

R04 is in tests/properties/test_plan.py. Days here are small, a tenth and less of those in docs/explanation/the-plan.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from onealarm.control.plan.fill import backward_fill
from onealarm.control.plan.lazy_edf import upper_demand
from onealarm.simulator.forecast import Forecast
from onealarm.simulator.optimum import early_quantile, optimum_of_days, target_minutes
from onealarm.simulator.outcome import Outcome, judge
from onealarm.simulator.policies import POLICIES, LazyEdf, Parts
from onealarm.simulator.roadmap import PHASES, Moment, calls_per_hour, class_at_insert, run_roadmap
from onealarm.simulator.run import Course, run
from onealarm.simulator.wanted import Wanted
from onealarm.simulator.world import Span, World, seconds_at
from onealarm.workload.habits import STEADY, Habits
from onealarm.workload.population import BEFORE, NEVER, changed, sample_counts
from onealarm.workload.profile import MINUTES

SEEDS: Final = range(1, 4)


def wanted(
    *,
    zones: str = "world",
    alarms: int = 5000,
    capacity: int = 500,
    days: int = 2,
    outage: str | None = None,
    controller_dead: str | None = None,
    without: Sequence[str] = (),
) -> Wanted:
    return Wanted.checked(
        policies=("lazy-edf",),
        zones=zones,
        alarms=alarms,
        capacity=str(capacity),
        days=days,
        seeds=1,
        outage=outage,
        controller_dead=controller_dead,
        without=without,
        picture=None,
    )


def lived(of: Wanted, *, policy: str = "lazy-edf", seed: int = 1) -> Outcome:
    world = of.world(seed)
    return judge(world, course_of(world, policy, of.parts))


def course_of(world: World, policy: str = "lazy-edf", parts: Parts | None = None) -> Course:
    whole = parts or Parts()
    return run(world, POLICIES[policy](world, whole), parts=whole)


@pytest.mark.parametrize(("zones", "alarms"), [("one", 1748), ("us", 2327), ("world", 4935)])
def test_r02_r05_nobody_is_late_and_content_is_nearly_as_fresh_as_can_be(zones: str, alarms: int) -> None:
    """E03 and E15: 95 % of what fits into a day with at most half an hour of extra age, at 500 an hour."""
    found = [lived(wanted(zones=zones, alarms=alarms), seed=seed) for seed in SEEDS]
    extra, best = (sum(getattr(one, name) for one in found) / len(found) for name in ("extra", "optimal_extra"))
    assert best > 3
    assert extra <= 1.05 * best + 0.5
    for one in found:
        assert one.rings > 1.8 * alarms
        assert one.longest_extra <= 45
        assert one.late == 0
        assert one.tiers == {"full": one.rings, "short": 0, "local": 0, "stock": 0}


def test_r02_without_the_plan_the_same_days_have_no_reserve() -> None:
    planned, unplanned = lived(wanted()), lived(wanted(), policy="fixed-58")
    assert planned.begun_after_preferred < 0.02
    assert unplanned.begun_after_preferred > 0.5
    busy = lived(wanted(), policy="always-busy")
    assert busy.late == 0
    assert busy.extra > 20 * planned.extra


@pytest.mark.parametrize(("zones", "alarms"), [("one", 1800), ("world", 5000)])
def test_an_outage_at_the_peak_is_caught_by_the_window(zones: str, alarms: int) -> None:
    of = wanted(zones=zones, alarms=alarms, days=3, outage="30m@peak")
    planned, unplanned = lived(of), lived(of, policy="fixed-58")
    assert planned.late_of_known == 0
    assert planned.late <= 0.003 * alarms  # those that were set during the outage
    assert unplanned.late_of_known > 0.01 * alarms


@pytest.mark.parametrize("busy", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("minutes", [5, 20, 35, 45, 60])
def test_r21_one_outage_of_35_minutes_costs_nobody_who_was_known(minutes: int, busy: float) -> None:
    """E05: steady load, so that the theory is exact. The reserve is 46 minutes; recovery lasts O rho / (1 - rho)."""
    at_once, begin = round(busy * 20), seconds_at(day=0, minute=180)
    world = steady(at_once, per_minute=20, outages=(Span(begin, begin + 60 * minutes),))
    course = course_of(world)
    found = judge(world, course)
    if minutes <= 45:
        assert found.late == 0
    else:
        assert found.late > 0
    if minutes <= 45:  # after longer ones some are shortened, and it is over sooner
        begun = np.bincount(course.begun_at // 60)[begin // 60 + minutes :]
        recovered = int(np.argmax(begun < 20))  # the first minute that is not full
        assert recovered == pytest.approx(minutes * busy / (1 - busy), rel=0.1, abs=1)


def steady(at_once: int, *, per_minute: int, outages: tuple[Span, ...]) -> World:
    """One day on which the same number rings every minute."""
    ring = np.repeat(np.arange(BEFORE, BEFORE + MINUTES), at_once)
    people = changed(ring, np.zeros_like(ring), days=1, habits=STEADY, rng=np.random.default_rng(1))
    return World(people, STEADY, np.full(MINUTES, float(at_once)), 60 * per_minute, outages=outages)


def test_r21_who_is_set_in_the_outage_gets_a_shorter_briefing_or_stock() -> None:
    hasty = Habits(late_share=0.5, late_mean=timedelta(hours=1))
    found = lived(replace(wanted(alarms=4000, days=3, outage="35m@peak"), habits=hasty))
    assert found.late_of_known == 0
    assert 0 < found.late == sum(found.tiers.values()) - found.tiers["full"]
    assert sum(found.tiers.values()) == found.rings, "each has something to play"


def test_e06_a_storm_of_late_alarms_is_full_or_short_and_none_is_only_stock() -> None:
    """Five hundred at once, half an hour ahead, on a thousand an hour: 300 fit in full."""
    world = storm(500, ahead=30)
    found = judge(world, course_of(world))
    assert found.tiers["full"] >= 280
    assert found.tiers["short"] > 100
    assert (found.tiers["local"], found.tiers["stock"]) == (0, 0)
    without = judge(world, course_of(world, parts=Parts(ladder=False)))
    assert without.tiers["stock"] > 150, "a full briefing for which there is no time is none"


def storm(alarms: int, *, ahead: int) -> World:
    ring = np.full(alarms, BEFORE + 600)
    people = changed(ring, np.full(alarms, 600), days=1, habits=STEADY, rng=np.random.default_rng(1))
    known = (people.ring - 60 * ahead).astype(np.int32)
    return World(replace(people, known=known), STEADY, np.zeros(MINUTES), 1000)


def test_r27_six_hours_without_a_controller_at_the_peak_make_nobody_late() -> None:
    """E29: the last plan goes on, and bears an outage in the middle of it."""
    of = wanted(alarms=5000, days=3, outage="30m@peak", controller_dead="6h@20:00")
    found = lived(of)
    assert found.late_of_known == 0
    assert lived(replace(of, parts=Parts(advance=False))).late_of_known > 50
    calm = lived(replace(of, outage=None))
    assert calm.late == 0
    assert calm.extra == pytest.approx(lived(wanted(days=3)).extra, rel=0.1)


def test_r27_each_minute_has_a_plan_for_24_hours_with_an_epoch() -> None:
    world = wanted(days=1).world(1)
    policy = LazyEdf(Forecast(world))
    epochs: list[tuple[int, int]] = []
    policy.watch = lambda now, _fill: epochs.append((now, policy.plan.epoch))
    run(world, policy)
    assert [now for now, _ in epochs] == [60 * minute for minute in range(world.population.minutes)]
    assert len(policy.plan.seconds) == MINUTES
    assert policy.plan.epoch == world.population.minutes


def test_e04_at_every_tick_the_carry_is_wrong_by_no_more_than_the_forecast() -> None:
    world = wanted(days=2).world(1)
    forecast = Forecast(world)
    seen: list[tuple[float, float]] = []

    class Watched(LazyEdf):
        def tick(self, queue: object, *, now: int) -> None:
            super().tick(queue, now=now)  # type: ignore[arg-type]  # only handed on
            outlook = forecast.outlook(queue, minute=now // 60)  # type: ignore[arg-type]
            thought = upper_demand(outlook, z=self.z)
            begun = queue.begun_at >= 0  # type: ignore[attr-defined]
            real = real_demand(world, begun, minute=now // 60, count=thought.size)
            error = np.abs(np.cumsum(thought - real)).max()
            carry = backward_fill(thought, outlook.capacity).carry[0]
            seen.append((abs(carry - backward_fill(real, outlook.capacity).carry[0]), error))

    run(world, Watched(forecast))
    wrong, allowed = np.array(seen).T
    assert len(seen) == world.population.minutes
    assert (wrong <= allowed + 1e-6).all()
    assert wrong.max() > 0


def real_demand(world: World, begun: NDArray[np.bool_], *, minute: int, count: int) -> NDArray[np.float64]:
    """What will really have to begin from a minute on: nobody knows it then."""
    left = (world.population.gone == NEVER) & ~begun & (world.population.ring > 60 * minute)
    target = np.maximum(target_minutes(world)[left] - minute, 0)
    return np.bincount(target, minlength=count)[:count].astype(np.float64)


@pytest.mark.parametrize(
    ("zones", "of_a_day", "longest", "mean_x24"),
    [("one", 36_800, 30, 515), ("us", 49_000, 30, 451), ("world", 103_900, 30, 206)],
)
def test_e15_a_day_is_not_24_hours_of_capacity(zones: str, of_a_day: int, longest: int, mean_x24: float) -> None:
    fill, _ = optimum_of_days(sample_counts(zones=zones, alarms=of_a_day, seed=1), per_hour=10_000)
    assert early_quantile(fill, 1.0) <= longest + 3
    _, early = optimum_of_days(sample_counts(zones=zones, alarms=240_000, seed=1), per_hour=10_000)
    assert early / 240_000 == pytest.approx(mean_x24, rel=0.02)


def test_e17_a_hundred_million_alarms_are_1440_numbers() -> None:
    counts = sample_counts(zones="world", alarms=100_000_000, seed=1)
    fill, early = optimum_of_days(counts, per_hour=8_430_000)
    assert counts.size == MINUTES
    assert fill.starts.sum() >= 100_000_000
    assert early / 100_000_000 == pytest.approx(16.3, abs=0.5)
    assert early_quantile(fill, 1.0) <= 61


def test_e28_each_part_that_is_taken_away_costs_something() -> None:
    of = wanted(alarms=5000, days=3, outage="30m@peak")
    whole = lived(of)
    without = {part: lived(replace(of, parts=Parts(**{part: False}))) for part in ("advance", "order")}
    assert without["advance"].late > 20 * whole.late
    assert without["order"].late > 20 * whole.late
    calm = wanted(alarms=5000)
    blind, seeing = lived(replace(calm, parts=Parts(forecast=False))), lived(calm)
    assert blind.begun_after_preferred > 3 * seeing.begun_after_preferred, (
        "who does not think of late ones lets them wait"
    )


@pytest.mark.parametrize(
    ("phase", "yields"),
    [
        ("roadmap-current", 30),
        ("roadmap-1.1", 60),
        ("roadmap-1", 60),
        ("roadmap-2", 44),
        ("roadmap-3", 162),
        ("roadmap-4", 600),
        ("roadmap-5", 1200),
        ("roadmap-6", 1200),
    ],
)
def test_e30_what_the_roadmaps_text_yields(phase: str, yields: int) -> None:
    """Of its sentences and cron lines, with more due than it can do. Its table says 30 to 10,000."""
    of = wanted(zones="one", alarms=min(24 * PHASES[phase].claims, 40_000))
    assert calls_per_hour(PHASES[phase], due=5000) == yields
    world = of.world(1)
    found = judge(world, run_roadmap(world, PHASES[phase]))
    assert found.per_hour_most <= yields
    assert found.late_share > 0.4


def test_e30_the_roadmaps_batch_is_smallest_in_its_own_peak() -> None:
    phase = PHASES["roadmap-4"]
    assert calls_per_hour(phase, due=500, hour=7) == 180
    assert calls_per_hour(phase, due=500, hour=12) == 300
    assert phase.calls(Moment(7 * 60, 1001)) == [(None, 10)]


def test_e30_the_roadmaps_trigger_calls_what_is_set_in_the_evening_critical() -> None:
    world = replace_habits(wanted(zones="one", alarms=20_000))
    classes = class_at_insert(world)[world.population.ring > 60 * (BEFORE + MINUTES)]
    assert (classes == 1).mean() > 0.97
    assert (classes == 3).mean() < 0.01


def replace_habits(of: Wanted) -> World:
    return replace(of, habits=STEADY).world(1)
