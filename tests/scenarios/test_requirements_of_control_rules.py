"""The requirements of the control rules, each by its number (control reference 10, where E is an experiment)."""

from __future__ import annotations

import cmath
import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.control.autoscale import Need, target_for
from onealarm.control.batch import BatchRule, Work, is_morning
from onealarm.control.cadence import Cadence, tick_for
from onealarm.control.concurrency import GradientLimit, Window, allowed, fed_forward
from onealarm.control.emergency import Ladder, Level, Override, is_emergency
from onealarm.control.means import full_work
from onealarm.control.measures import measures_for, share_to_shorten, shortened_at
from onealarm.control.prospects import by_minute, look_ahead, margin
from onealarm.control.rates import FleetRates
from onealarm.control.reading import able_per_second, read_signals
from onealarm.control.signals import Signals, drain_time
from onealarm.control.smoothing import FadingMean
from onealarm.control.snapshot import Queue, Snapshot
from onealarm.control.turns import is_his_turn
from onealarm.jobs.report import WorkerReport

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("due", "peak", "size"), [(1001, 0.0, 10), (1001, 1.0, 10), (1000, 0.51, 3), (1000, 0.5, 5), (0, 0.0, 5)]
)
def test_r11_the_batch_is_the_roadmaps_and_load_goes_before_peak(due: int, peak: float, size: int) -> None:
    assert BatchRule().seen(due=due, peak_share=peak).size() == size


def test_r11_the_latches_hold_until_800_due_and_four_tenths() -> None:
    loaded = BatchRule().seen(due=1001, peak_share=0)
    assert loaded.seen(due=800, peak_share=0).size() == 10
    assert loaded.seen(due=799, peak_share=0).size() == 5
    assert BatchRule().seen(due=800, peak_share=0).size() == 5
    peak = BatchRule().seen(due=0, peak_share=0.6)
    assert peak.seen(due=0, peak_share=0.4).size() == 3
    assert peak.seen(due=0, peak_share=0.39).size() == 5


@pytest.mark.parametrize(("hour", "minute", "is_peak"), [(5, 59, False), (6, 0, True), (8, 59, True), (9, 0, False)])
def test_r11_the_peak_is_six_to_eight_with_its_last_minute(hour: int, minute: int, *, is_peak: bool) -> None:
    assert is_morning(timedelta(hours=hour, minutes=minute)) == is_peak


def test_r12_the_factor_halves_above_300_s_once_a_minute_and_recovers_below_240_s() -> None:
    slow = Work(due=2000, processing=timedelta(seconds=301), completions=5)
    rule = BatchRule().seen(due=2000, peak_share=0).adapted(slow, NOON)
    assert (rule.factor, rule.size()) == (0.5, 5)
    assert rule.adapted(slow, NOON + 59 * SECOND) == rule, "one decrease a minute"
    for minute in range(1, 6):
        rule = rule.adapted(slow, NOON + minute * MINUTE)
    assert rule.factor == 0.2
    assert rule.size() == 2
    assert replace(rule, is_loaded=False, is_peak=True).size() == 1, "the smallest there is"
    between = replace(slow, processing=timedelta(seconds=270))
    assert rule.adapted(between, NOON + HOUR).factor == 0.2
    well = replace(slow, processing=timedelta(seconds=239))
    for minute in range(60):
        rule = rule.adapted(well, NOON + HOUR + minute * MINUTE)
    assert rule.factor == 2.5
    assert rule.size() == 25


def test_r12_refusals_count_as_too_slow_and_few_completions_say_nothing() -> None:
    refused = Work(due=0, processing=SECOND, completions=5, throttled=0.06)
    assert BatchRule().adapted(refused, NOON).factor == 0.5
    assert BatchRule().adapted(replace(refused, completions=4), NOON).factor == 1.0
    assert BatchRule().adapted(replace(refused, processing=None), NOON).factor == 1.0


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.2, 2.5))
def test_r16_no_batch_is_larger_than_slots_and_permits(free: int, fed: int, factor: float) -> None:
    size = replace(BatchRule(), factor=factor).size(free=free, fed=fed)
    assert size <= min(free, fed, 25)
    assert size >= min(1, free, fed), "nor does it starve"


@pytest.mark.parametrize(("due", "seconds"), [(101, 30), (100, 60), (51, 60), (50, 120), (10, 120), (9, 300), (0, 300)])
def test_r13_ticks_are_the_roadmaps_with_the_gap_closed(due: int, seconds: int) -> None:
    assert tick_for(due) == timedelta(seconds=seconds)


def test_r13_it_quickens_at_once_and_slows_down_after_two_evaluations() -> None:
    cadence = Cadence().seen(0)
    assert cadence.tick == 30 * SECOND
    cadence = cadence.seen(0)
    assert cadence.tick == 300 * SECOND
    cadence = cadence.seen(101)
    assert cadence.tick == 30 * SECOND
    cadence = cadence.seen(0).seen(101).seen(0)
    assert cadence.tick == 30 * SECOND, "not two in a row"
    slow = Cadence(300 * SECOND)
    assert slow.bounded(by_class=120 * SECOND, is_peak=False) == 120 * SECOND
    assert slow.bounded(by_class=300 * SECOND, is_peak=True) == 30 * SECOND


HOUR = timedelta(hours=1)


@dataclass
class Provider:
    """Serves so many calls at once at full speed; more take longer; more than twice as many are refused."""

    capacity: float
    call: float = 45.0

    def answer(self, in_flight: float) -> Window:
        pace = self.call * max(1.0, in_flight / self.capacity) / 20
        refused = max(0.0, 1 - 2 * self.capacity / in_flight)
        return Window(pace=pace, in_flight=in_flight, refused=refused)


def regulate(limit: GradientLimit, provider: Provider, *, steps: int, late: int, offered: float) -> list[GradientLimit]:
    """What the limit becomes where each answer comes ``late`` steps after the calls were made."""
    found, flying = [limit], [min(limit.limit, offered)] * late
    for step in range(steps):
        flying.append(min(found[-1].limit, offered))
        found.append(found[-1].after(provider.answer(flying[-1 - late]), NOON + step * 15 * SECOND))
    return found[1:]


@pytest.mark.parametrize("late", range(5))
def test_r15_a_provider_whose_capacity_halves_is_followed_without_swinging(late: int) -> None:
    settled = regulate(GradientLimit(40, 400), Provider(100), steps=400, late=late, offered=100)[-1]
    assert settled.limit > 100, "all that is offered may run"
    after = regulate(settled, Provider(50), steps=400, late=late, offered=100)
    refused = [Provider(50).answer(min(one.limit, 100)).refused for one in after]
    assert max(refused[8:]) < 0.01, "after two minutes"
    assert all(one.limit >= 50 for one in after), "what there is is used"
    tail = [one.limit for one in after[-40:]]
    assert max(tail) - min(tail) <= 0.25 * max(tail)


@pytest.mark.parametrize("late", range(1, 5))
def test_r15_after_refusals_it_is_under_the_limit_within_ten_periods(late: int) -> None:
    after = regulate(GradientLimit(400, 400, long_pace=2.25), Provider(50), steps=80, late=late, offered=400)
    first_calm = next(n for n, one in enumerate(after) if Provider(50).answer(one.limit).refused <= 0.01)
    assert first_calm <= 10
    assert all(one.limit <= 100 * 1.25 for one in after[first_calm:])
    assert min(one.limit for one in after) >= 50 * 0.7 ** (late + 1) * 0.99, "each period of lateness costs one step"


def largest_root(smoothing: float, late: int) -> float:
    """Of x_{k+1} = x_k - s x_{k-D}, whose characteristic polynomial is z^(D+1) - z^D + s (Durand-Kerner)."""
    degree = late + 1
    roots = [cmath.rect(1.0, 0.4 + 2 * math.pi * n / degree) for n in range(degree)]

    def polynomial(z: complex) -> complex:
        return z**degree - z**late + smoothing

    for _ in range(400):
        roots = [
            root - polynomial(root) / math.prod((root - other for other in roots if other != root), start=1)
            for root in roots
        ]
    return max(abs(root) for root in roots)


@pytest.mark.parametrize("late", range(1, 5))
def test_e18_the_edge_of_stability_is_where_the_theory_puts_it_and_our_smoothing_has_room(late: int) -> None:
    edge = 2 * math.cos(late * math.pi / (2 * late + 1))
    assert largest_root(edge - 0.01, late) < 1 < largest_root(edge + 0.01, late)
    assert edge > 0.2


def test_r15_a_limit_that_is_not_used_is_held_and_a_decrease_is_made_once() -> None:
    limit = GradientLimit(100, 400, long_pace=1.0)
    assert limit.after(Window(pace=1.0, in_flight=49), NOON).limit == 100
    assert limit.after(Window(pace=None, in_flight=100), NOON) == limit
    asked = Window(pace=1.0, in_flight=100, retry_after=MINUTE)
    once = limit.after(asked, NOON)
    assert once.limit == pytest.approx(70)
    assert once.after(asked, NOON + 59 * SECOND) == once
    assert once.after(asked, NOON + MINUTE).limit == pytest.approx(49)


def test_concurrency_is_littles_law_bounded_by_what_can_be_fed() -> None:
    assert fed_forward(starts_per_second=10_000 / 3600, processing=timedelta(seconds=240)) == 800
    assert allowed(forward=800, fed=10_000, corrected=1e9, most=1000) == 800
    assert allowed(forward=800, fed=300, corrected=1e9, most=1000) == 300
    assert allowed(forward=0, fed=300, corrected=1e9, most=1000) == 2, "some always may"
    assert allowed(forward=800, fed=0, corrected=1e9, most=1000) == 0, "permit before claim"


@pytest.mark.parametrize(
    ("due", "per_hour", "is_one"),
    [(1001, 30, True), (1001, 3750, True), (1001, 10_000, True), (1001, 10_011, False), (19, 1, False), (20, 79, True)],
)
def test_r22_a_thousand_pending_is_an_emergency_only_with_the_time_they_take(
    due: int, per_hour: float, *, is_one: bool
) -> None:
    assert is_emergency(Signals(due=due, drain=drain_time(due, per_second=per_hour / 3600))) == is_one


def climb(ladder: Ladder, signals: Signals, *, minutes: int, since: datetime = NOON) -> tuple[Ladder, list[Level]]:
    levels = []
    for minute in range(minutes):
        ladder = ladder.after(signals, since + minute * MINUTE)
        levels.append(ladder.level)
    return ladder, levels


def test_r22_it_is_climbed_at_once_and_left_a_rung_in_five_minutes() -> None:
    ladder, levels = climb(Ladder(), Signals(missed=1), minutes=1)
    assert levels == [Level.SHORT]
    _, levels = climb(ladder, Signals(), minutes=40, since=NOON + MINUTE)
    assert levels == sorted(levels, reverse=True)
    assert [levels.count(level) for level in (Level.SHORT, Level.BEHIND, Level.CROWDED)] == [4, 5, 5]
    assert levels[-1] == Level.NORMAL


def test_r22_the_last_level_is_left_as_soon_as_somebody_works() -> None:
    """Or else a fleet that was started anew would make short briefings for half an hour."""
    silent = Ladder().after(Signals(hands=False), NOON)
    assert silent.level == Level.SILENT
    assert silent.after(Signals(), NOON + MINUTE).level == Level.NORMAL
    assert silent.after(Signals(missed=5), NOON + MINUTE).level == Level.SHORT
    again = silent.after(Signals(), NOON + MINUTE).after(Signals(hands=False), NOON + 2 * MINUTE)
    assert again.level == Level.SILENT
    assert again.after(Signals(), NOON + 3 * MINUTE).level == Level.SILENT, "not twice within ten minutes"
    assert again.after(Signals(), NOON + 13 * MINUTE).level == Level.NORMAL


def test_r22_signals_just_below_their_threshold_keep_the_level() -> None:
    ladder, _ = climb(Ladder(), Signals(due=1001, drain=7 * MINUTE), minutes=1)
    assert ladder.level == Level.CROWDED
    ladder, levels = climb(ladder, Signals(due=700, drain=4 * MINUTE), minutes=30, since=NOON + MINUTE)
    assert set(levels) == {Level.CROWDED}
    _, levels = climb(ladder, Signals(due=600, drain=MINUTE), minutes=3, since=NOON + HOUR)
    assert levels == [Level.CROWDED, Level.NORMAL, Level.NORMAL], "two windows of calm"


@given(st.integers(0, 2**32))
def test_r22_whatever_the_signals_do_it_does_not_flap(seed: int) -> None:
    draw = Random(seed)
    ladder, changes = Ladder(), list[datetime]()
    for minute in range(240):
        signals = Signals(
            due=draw.choice([0, 30, 700, 1500]),
            drain=draw.choice([0, 5, 10, 20]) * MINUTE,
            missed=draw.choice([0, 0, 0, 5]),
            throttled=draw.choice([0.0, 0.04, 0.1]),
            is_short_enough=draw.random() < 0.9,
        )
        now = NOON + minute * MINUTE
        after = ladder.after(signals, now)
        if after.level != ladder.level:
            changes.append(now)
        ladder = after
    assert all(third - first >= timedelta(minutes=10) for first, third in zip(changes, changes[2:], strict=False))


def test_e25_nobody_left_to_work_and_a_dead_provider_are_answered_whatever_changed_before() -> None:
    ladder = Ladder()
    for minute, signals in enumerate([Signals(throttled=0.06), Signals(missed=1), Signals(provider_down=11 * MINUTE)]):
        ladder = ladder.after(signals, NOON + minute * MINUTE)
    assert ladder.level == Level.LOCAL
    assert ladder.after(Signals(hands=False), NOON + 3 * MINUTE).level == Level.SILENT


def test_an_override_holds_until_it_expires() -> None:
    override = Override(Level.SHORT, NOON + 10 * MINUTE)
    ladder = Ladder().after(Signals(), NOON, override=override)
    assert ladder.level == Level.SHORT
    assert ladder.after(Signals(hands=False), NOON + 9 * MINUTE, override=override) == ladder
    assert ladder.after(Signals(hands=False), NOON + 10 * MINUTE, override=override).level == Level.SILENT
    calm = override.level, Override(Level.NORMAL, NOON + 60 * MINUTE)
    assert ladder.after(Signals(missed=9), NOON + 10 * MINUTE, override=calm[1]).level == Level.NORMAL


def test_each_level_does_what_those_below_it_do() -> None:
    assert measures_for(Level.NORMAL).extras
    assert measures_for(Level.NORMAL).normal_lane == 0.85
    for lower, higher in zip(list(Level), list(Level)[1:], strict=False):
        one, other = measures_for(lower), measures_for(higher)
        assert one.extras >= other.extras
        assert one.normal_lane >= other.normal_lane
        for name in ("most_workers", "shorter", "all_short", "local"):
            assert getattr(one, name) <= getattr(other, name), (lower, name)
    assert measures_for(Level.BEHIND).batch == 10


@given(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0.01, 1))
def test_the_share_that_is_shortened_is_just_enough(demand: float, capacity: float, saved: float) -> None:
    share = share_to_shorten(demand=demand, capacity=capacity, saved=saved)
    assert 0 <= share <= 1
    left = demand * (1 - share * saved)
    assert left <= capacity * (1 + 1e-9) or share == 1.0
    if 0 < share < 1:
        assert left == pytest.approx(capacity)


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5, 0.7])
def test_r23_degradation_goes_round(share: float) -> None:
    draw = Random(1)
    users = [UUID(int=draw.getrandbits(128)) for _ in range(2000)]
    days = [date.fromordinal(740_000 + n) for n in range(10)]
    hit = Counter(user for day in days for user in users if is_his_turn(user, day, share=share))
    assert sum(hit.values()) / len(users) / len(days) == pytest.approx(share, abs=0.02)
    assert max(hit.values()) <= 1.5 * share * len(days)


def test_r28_never_more_than_can_be_fed_and_a_tenth() -> None:
    def slots(need: Need, *, is_emergency: bool = False) -> tuple[int, str]:
        target = target_for(need, now=NOON, epoch=7, is_emergency=is_emergency)
        assert (target.epoch, target.valid_until) == (7, NOON + 5 * MINUTE)
        return target.desired_slots, target.reason

    assert slots(Need(planned=690, forward=100)) == (690, "plan")
    assert slots(Need(planned=0, forward=100.2)) == (101, "plan")
    assert slots(Need(planned=690, forward=100, fed=500)) == (550, "tokens")
    assert slots(Need(planned=0, forward=0)) == (2, "floor")
    assert slots(Need(planned=5, forward=0, fed=400, most=300), is_emergency=True) == (300, "emergency")
    assert slots(Need(planned=5, forward=0, fed=100, most=300), is_emergency=True) == (110, "tokens")


def test_a_fading_mean_forgets_by_half_each_half_life() -> None:
    mean = FadingMean(5 * MINUTE).seen(100, NOON)
    assert mean.value == 100
    assert mean.seen(0, NOON + 5 * MINUTE).value == pytest.approx(50)
    assert mean.seen(0, NOON + 10 * MINUTE).value == pytest.approx(25)
    assert mean.seen(0, NOON - MINUTE).value == 100


def test_r22_the_time_that_short_briefings_save_is_not_taken_for_speed() -> None:
    """Or else the shortening would end as soon as it helps."""
    full, short = timedelta(seconds=240), timedelta(seconds=240 * 0.43)
    assert full_work(full, shortened=0.0) == full
    assert full_work((full + short) / 2, shortened=0.5) == full
    assert full_work(short, shortened=1.0) == full
    ordered = [shortened_at(level, share=0.3) for level in Level]
    assert ordered == [0.0, 0.0, 0.0, 0.3, 1.0, 1.0, 1.0]


def test_r22_who_takes_longer_has_to_begin_sooner() -> None:
    assert [margin(timedelta(seconds=seconds)) for seconds in (10, 30, 240, 4000)] == [50, 50, 47, 0]


def test_r22_a_fleet_that_had_nothing_to_do_is_not_taken_for_a_slow_one() -> None:
    """Or else each wave of rings would be an emergency."""
    snapshot = Snapshot(NOON, Queue(high=100, leased=60), [(UUID(int=1), WorkerReport(60, 60, 0, 0, timedelta()))])
    rates = FleetRates(mean=FadingMean(5 * MINUTE, 240.0, NOON))
    assert able_per_second(snapshot, rates, full_since=None) == 0.25
    assert able_per_second(snapshot, rates, full_since=NOON - 4 * MINUTE) == 0.25
    assert able_per_second(snapshot, rates, full_since=NOON - 5 * MINUTE) == 0, "by now it shows what it can"
    assert able_per_second(snapshot, FleetRates(), full_since=None) == 2.0


def test_r22_what_the_plan_releases_before_its_time_is_no_emergency() -> None:
    prospects = look_ahead(by_minute({}), per_minute=15, now=NOON, epoch=1)
    early, due = (Snapshot(NOON, queue, []) for queue in (Queue(normal=1500), Queue(high=1500)))
    rates = FleetRates().seen(Snapshot(NOON - MINUTE, Queue(), [])).seen(Snapshot(NOON, Queue(), []))
    assert read_signals(early, rates, prospects).due == 0
    signals = read_signals(due, rates, prospects, able=0.25)
    assert (signals.due, signals.drain) == (1500, 6000 * SECOND)
