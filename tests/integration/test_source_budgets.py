"""R20 for a fleet: what all processes ask of one source stays within its budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random

import pytest

from onealarm.postgres.database import Database
from onealarm.postgres.source_budgets import PostgresSourceBudgets
from onealarm.sources.allowance import Allowance
from onealarm.sources.budget import Budget
from tests.support.clock import NOON, VirtualClock

A_MINUTE, A_DAY = 8, 60
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def fleet(database: Database, database_url: str, clock: VirtualClock) -> AsyncIterator[list[Allowance]]:
    """Four processes, on two connections."""
    second = await Database.connect(database_url, size=1, now=clock.now)
    try:
        yield [
            Allowance(
                "open-meteo",
                Budget(a_minute=A_MINUTE, a_day=A_DAY),
                now=clock.now,
                fleet=PostgresSourceBudgets(one),
            )
            for one in (database, second, database, second)
        ]
    finally:
        await second.close()


async def test_r20_no_sixty_seconds_and_no_day_hold_more_than_the_budget(
    fleet: list[Allowance], clock: VirtualClock
) -> None:
    random, taken, refused = Random(7), list[tuple[datetime, int]](), 0
    while clock.now() < NOON + timedelta(hours=13):
        costs = [random.randint(1, 3) for _ in fleet]
        waits = await asyncio.gather(*(one.take(cost=cost) for one, cost in zip(fleet, costs, strict=True)))
        taken += [(clock.now(), cost) for wait, cost in zip(waits, costs, strict=True) if wait is None]
        refused += sum(wait is not None for wait in waits)
        clock.advance(timedelta(seconds=random.choice((1, 20, 240, 2_400))))
    for end, _ in taken:
        assert sum(cost for at, cost in taken if end - MINUTE < at <= end) <= A_MINUTE
    days = [sum(cost for at, cost in taken if at.date() == day) for day in {at.date() for at, _ in taken}]
    assert max(days) in range(A_DAY - 2, A_DAY + 1), "it is used, and not more than that"
    assert refused > 20


async def test_it_tells_exactly_when_there_is_room(fleet: list[Allowance], clock: VirtualClock) -> None:
    one, other, *_ = fleet
    assert await one.take(cost=5) is None
    clock.advance(timedelta(seconds=10))
    assert await other.take(cost=3) is None
    clock.advance(timedelta(seconds=10))
    assert await fleet[2].take(cost=5) == timedelta(seconds=40)
    assert await fleet[3].take(cost=6) == timedelta(seconds=50)
    clock.advance(timedelta(seconds=50))
    assert await fleet[2].take(cost=3) is None


async def test_what_one_is_told_to_wait_all_wait(fleet: list[Allowance], clock: VirtualClock) -> None:
    await fleet[0].close(clock.now() + 5 * MINUTE)
    await fleet[1].close(clock.now() + MINUTE)
    assert await fleet[2].take() == 5 * MINUTE
    clock.advance(5 * MINUTE)
    assert await fleet[3].take() is None


async def test_another_source_has_a_budget_of_its_own(
    fleet: list[Allowance], database: Database, clock: VirtualClock
) -> None:
    other = Allowance("met-norway", Budget(a_minute=1, a_day=9), now=clock.now, fleet=PostgresSourceBudgets(database))
    assert await fleet[0].take(cost=8) is None
    assert await other.take() is None
    assert await fleet[1].take() == MINUTE


async def test_without_the_database_nothing_new_is_asked(database: Database, clock: VirtualClock) -> None:
    one = Allowance("open-meteo", Budget(a_minute=2, a_day=9), now=clock.now, fleet=PostgresSourceBudgets(database))
    await database.close()
    assert await one.take() == timedelta(seconds=10)
    await one.close(clock.now() + MINUTE)
    assert await one.take() == MINUTE
