"""The reference workload: its shares are those that were published for it, and a seed gives the same people."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest

from onealarm.workload.habits import STEADY, Habits
from onealarm.workload.population import BEFORE, NEVER, Population, sample_counts, sample_population
from onealarm.workload.profile import MINUTES, local_profile
from onealarm.workload.zones import ZONES, ring_profile


def test_the_morning_has_its_shares() -> None:
    profile = local_profile()
    assert profile.sum() == pytest.approx(1)
    assert profile[7 * 60] == pytest.approx(0.101, abs=5e-4)
    assert profile[6 * 60 + 30] == pytest.approx(0.079, abs=6e-4)
    assert profile[6 * 60 : 8 * 60].sum() == pytest.approx(0.607, abs=5e-4)
    assert profile[6 * 60 : 9 * 60].sum() == pytest.approx(0.748, abs=5e-4)


@pytest.mark.parametrize(
    ("zones", "hour", "minute"), [("one", 0.339, 0.101), ("us", 0.245, 0.069), ("world", 0.106, 0.030)]
)
def test_the_world_is_flatter_than_one_zone(zones: str, hour: float, minute: float) -> None:
    profile = ring_profile(zones)
    busiest = max(np.roll(profile, -at)[:60].sum() for at in range(MINUTES))
    assert profile.sum() == pytest.approx(1)
    assert busiest == pytest.approx(hour, abs=6e-4)
    assert profile.max() == pytest.approx(minute, abs=6e-4)


def people(seed: int = 1, *, habits: Habits | None = None, zones: str = "world", days: int = 2) -> Population:
    return sample_population(zones=zones, alarms=20_000, days=days, habits=habits or Habits(), seed=seed)


def same(one: Population, other: Population) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Population))


def test_a_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert same(people(1), people(1))
    assert not same(people(1), people(2))


def test_rings_are_in_order_on_their_days_and_as_many_as_asked_for() -> None:
    found = people(days=3)
    assert (np.diff(found.ring) >= 0).all()
    assert found.ring.min() >= 60 * BEFORE
    assert found.ring.max() < 60 * found.minutes
    stays = (found.gone == NEVER).sum() / 3
    assert stays == pytest.approx(20_000, rel=0.1)


def test_the_shares_of_late_ones_and_cancellations_are_those_of_the_habits() -> None:
    habits = Habits(day_noise=0.0)
    found = people(habits=habits, days=10)
    late = found.known > 0
    lead = (found.ring - found.known)[late] / 60
    assert late.mean() == pytest.approx(0.2, abs=0.01)
    assert lead.min() >= 15
    assert lead.mean() == pytest.approx(15 + 7 * 60, rel=0.05)
    assert (found.gone < NEVER).mean() == pytest.approx(0.06, abs=0.005)
    assert ((found.gone >= found.known) & (found.gone <= found.ring) | (found.gone == NEVER)).all()


def test_what_is_expected_of_habits_is_what_happens() -> None:
    habits = Habits(day_noise=0.0, late_share=0.4, cancelled_share=0.3, cancelled_mean=timedelta(hours=2))
    found = people(habits=habits, days=10)
    late_in_time = found.ring >= 60 * BEFORE + 3600 * 18  # time begins six hours before the first day
    ring, known, gone = found.ring[late_in_time], found.known[late_in_time], found.gone[late_in_time]
    for minutes in (30, 90, 300):
        at = ring - 60 * minutes
        assert (known > at).mean() == pytest.approx(float(habits.still_to_come(np.array(minutes))), abs=0.02)
        there = (known == 0) & (gone > at)
        assert (gone[there] == NEVER).mean() == pytest.approx(float(habits.staying(np.array(minutes))), abs=0.02)


def test_steady_people_do_nothing_late() -> None:
    found = people(habits=STEADY)
    assert found.ring.size == 40_000
    assert (found.known == 0).all()
    assert (found.gone == NEVER).all()


def test_alarms_of_the_evening_are_set_at_ten_on_the_users_clock() -> None:
    found = people(habits=STEADY, zones="one", days=3)
    later = found.ring >= 60 * (BEFORE + MINUTES)
    hour = np.median((found.set_at[later] / 3600 - BEFORE / 60) % 24)
    assert hour == pytest.approx(22, abs=0.1)


def test_joined_people_are_in_order() -> None:
    both = people(1).joined(people(2))
    assert both.ring.size == people(1).ring.size + people(2).ring.size
    assert (np.diff(both.ring) >= 0).all()


@pytest.mark.parametrize("zones", ZONES)
def test_counts_are_of_the_same_profile(zones: str) -> None:
    counts = sample_counts(zones=zones, alarms=50_000_000, seed=3)
    assert counts.sum() == 50_000_000
    assert np.abs(counts / 50_000_000 - ring_profile(zones)).max() < 2e-4
