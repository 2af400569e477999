"""E26 and the rules' half of R26: eight weeks with late creations, cancellations, a holiday and a change of clocks.

The other half, that every forecast can be made again, is in ``tests/integration/test_forecast.py``.
"""

from __future__ import annotations

from statistics import mean

import pytest

from onealarm.control.forecast.grid import LEAD_NAMES
from onealarm.control.forecast.scores import Score, score
from tests.support.demand import HOLIDAY, WEEKS, replay, zone

SEEDS = range(1, 5)
DAY = 96


@pytest.fixture(scope="module")
def scores() -> list[list[Score]]:
    """Of each seed, by lead: the last four weeks, forecast every hour."""
    return [_scores(seed) for seed in SEEDS]


def _scores(seed: int) -> list[Score]:
    zones = [
        zone("America/New_York", alarms=36_000, seed=seed, holiday=HOLIDAY),
        zone("Asia/Tokyo", alarms=12_000, seed=100 + seed),
    ]
    return score(replay(zones, issued_from=14 * DAY, scored_from=(WEEKS - 4) * 7 * DAY))


@pytest.mark.parametrize("lead", range(7), ids=LEAD_NAMES)
def test_e26_r26_errors_are_hardly_larger_than_chance_alone_makes_them(scores: list[list[Score]], lead: int) -> None:
    for one in (of_seed[lead] for of_seed in scores):
        assert one.forecasts == 28 * 24
        assert one.wape is not None
        assert one.floor
        assert 0.9 <= one.wape / one.floor <= 1.5
        assert one.mase is not None
        assert one.mase < 0.5, "what is known beats what was a week ago by far"
        assert one.bias is not None
        assert abs(one.bias) < 0.01


@pytest.mark.parametrize("lead", range(7), ids=LEAD_NAMES)
def test_e26_r26_bands_of_90_per_cent_hold_87_to_93(scores: list[list[Score]], lead: int) -> None:
    """Over all seeds: of one, four weeks hold only fourteen sums of two days that do not overlap."""
    covered = [of_seed[lead].coverage or 0.0 for of_seed in scores]
    assert 0.87 <= mean(covered) <= 0.93
    assert min(covered) > 0.82


def test_a_change_of_clocks_alone_costs_nothing() -> None:
    """The week in which New York's clocks go back is forecast as well as those around it."""
    zones = [zone("America/New_York", alarms=36_000, seed=7)]
    change = 41 * DAY  # 1 November
    issued = replay(zones, issued_from=14 * DAY, scored_from=28 * DAY)
    around, calm = [score(part)[4] for part in (issued[(change // 4 - 28 * 24) :][: 3 * 24], issued[: 12 * 24])]
    assert around.wape is not None
    assert around.floor is not None
    assert calm.wape is not None
    assert calm.floor is not None
    assert around.wape / around.floor < 1.25 * calm.wape / calm.floor
