"""A source's budget: any minute, the day, and while it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from onealarm.errors import BadInput
from onealarm.sources.budget import Budget

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_no_sixty_seconds_hold_more_than_the_minute_s_budget() -> None:
    random, budget, now = Random(7), Budget(a_minute=8, a_day=100_000), NOON
    taken: list[tuple[datetime, int]] = []
    refused = 0
    for _ in range(3_000):
        now += timedelta(seconds=random.choice((0, 0, 1, 5, 30)))
        cost = random.randint(1, 8)
        wait = budget.take(now, cost=cost)
        if wait is None:
            taken.append((now, cost))
        else:
            refused += 1
            assert timedelta() < wait <= MINUTE
    for end, _ in taken:
        assert sum(cost for at, cost in taken if end - MINUTE < at <= end) <= 8
    assert min(len(taken), refused) > 300


def test_the_wait_is_exact() -> None:
    budget = Budget(a_minute=3, a_day=100)
    assert budget.take(NOON, cost=2) is None
    assert budget.take(NOON + 10 * SECOND) is None
    assert budget.take(NOON + 20 * SECOND) == 40 * SECOND
    assert budget.take(NOON + 20 * SECOND, cost=3) == 50 * SECOND
    assert budget.take(NOON + 60 * SECOND) is None


def test_the_day_s_budget_begins_anew_at_midnight_utc() -> None:
    budget = Budget(a_minute=2, a_day=2)
    assert budget.take(NOON, cost=2) is None
    assert budget.take(NOON + 2 * MINUTE) == 12 * 60 * MINUTE - 2 * MINUTE
    assert budget.taken_today == 2
    assert budget.take(NOON + 12 * 60 * MINUTE) is None
    assert budget.taken_today == 1


def test_a_source_that_refuses_is_left_alone_and_no_later_word_shortens_that() -> None:
    budget = Budget(a_minute=5, a_day=5)
    budget.close(NOON + 5 * MINUTE)
    budget.close(NOON + MINUTE)
    assert budget.take(NOON + 2 * MINUTE) == 3 * MINUTE
    assert budget.take(NOON + 5 * MINUTE) is None
    assert budget.taken_today == 1, "what was refused cost nothing"


@pytest.mark.parametrize(("a_minute", "a_day"), [(0, 5), (6, 5), (-1, 5)])
def test_a_budget_that_makes_no_sense_is_refused(a_minute: int, a_day: int) -> None:
    with pytest.raises(BadInput, match="budget"):
        Budget(a_minute=a_minute, a_day=a_day)


def test_a_call_that_never_fits_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never fits"):
        Budget(a_minute=5, a_day=50).take(NOON, cost=6)
