"""Fair shares and grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from onealarm.control.governor.grants import Lease, grants, most_holders, safe_rate
from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.control.governor.shares import fair_shares
from tests.support.clock import NOON

LIMIT = PoolLimit(PoolId("acme", "talk", "requests"), 1000.0, 1.0)
SECOND = timedelta(seconds=1)


def lease(
    high: float = 0.0, *, critical: float = 0.0, granted: float = 0.0, held: float = 0.0, silent: int = 0
) -> Lease:
    return Lease(uuid4(), ByClass(critical=critical, high=high), granted, held, NOON - silent * SECOND)


def granted(*leases: Lease, effective: float = 1000.0) -> list[float]:
    return [round(one, 6) for one in grants(LIMIT, leases, effective=effective, now=NOON).per_minute]


@pytest.mark.parametrize(
    ("wants", "weights", "capacity", "shares"),
    [
        ([1, 2, 3], [1, 1, 1], 9, [1, 2, 3]),
        ([10, 10, 10], [1, 1, 1], 9, [3, 3, 3]),
        ([1, 10, 10], [1, 1, 1], 9, [1, 4, 4]),
        ([10, 10], [2, 1], 9, [6, 3]),
        ([1, 10, 10], [4, 2, 1], 7, [1, 4, 2]),
        ([5, 5], [1, 1], 0, [0, 0]),
        ([], [], 5, []),
    ],
)
def test_shares_are_max_min(wants: list[float], weights: list[float], capacity: float, shares: list[float]) -> None:
    assert fair_shares(wants, weights=weights, capacity=capacity) == pytest.approx(shares)


def test_who_wants_little_gets_it_and_the_others_share_the_rest() -> None:
    assert granted(lease(100), lease(900), lease(900)) == [100, 400, 400]


def test_critical_work_weighs_more() -> None:
    assert granted(lease(900), lease(critical=900)) == [300, 600]


def test_what_somebody_gives_up_is_free_only_when_he_has_agreed() -> None:
    rich, poor = lease(0, granted=900), lease(900)
    first = granted(rich, poor)
    assert first == [0, 0], "his renewal may be on its way with the old grant"
    still_going_by_it = replace(rich, granted=0.0, held=900.0)
    assert granted(still_going_by_it, poor) == [0, 0]
    assert granted(replace(rich, granted=0.0, held=100.0), poor) == [0, 800]


def test_a_limit_that_fell_is_made_up_for_by_taking_back_alone() -> None:
    decided = grants(
        LIMIT, [lease(900, granted=450, held=450), lease(900, granted=450, held=450)], effective=500, now=NOON
    )
    assert decided.per_minute == (225, 225)
    assert decided.ceiling == 900, "what was promised before is no breach"


def test_who_is_silent_is_granted_nothing_and_keeps_a_reserve_for_its_safe_rate() -> None:
    assert granted(lease(900, granted=500, held=500, silent=10), lease(900)) == [0, 400]
    assert granted(lease(900, silent=20), lease(1000)) == [0, 900 - safe_rate(1000)]
    assert granted(lease(900, silent=3600), lease(1000)) == [0, 900]


def test_a_small_pool_is_leased_to_as_many_as_it_bears() -> None:
    small = replace(LIMIT, per_minute=36.0)
    assert most_holders(small) == 3
    leases = [lease(10 + number) for number in range(6)]
    decided = grants(small, leases, effective=36, now=NOON)
    assert [one > 0 for one in decided.per_minute] == [False, False, False, True, True, True]
    assert sum(decided.per_minute) == pytest.approx(32.4)


def test_a_seat_is_free_when_its_holder_has_nothing_left() -> None:
    small = replace(LIMIT, per_minute=10.0)
    holder, other = lease(1, granted=9, held=9), lease(9)
    assert grants(small, [holder, other], effective=10, now=NOON).per_minute == (0, 0)
    assert grants(small, [replace(holder, granted=0.0, held=0.0), other], effective=10, now=NOON).per_minute == (0, 9)
