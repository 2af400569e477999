"""What each emergency level does to a real worker, its lanes and its services: ordered by hand, on the real queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from onealarm.bootstrap import build
from onealarm.bootstrap.parts import Parts
from onealarm.config import load_settings
from onealarm.control.emergency import Level
from onealarm.control.schedules.order import Order
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def parts(database_url: str, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Parts]:
    settings = load_settings(
        ONEALARM_HOME=str(tmp_path), ONEALARM_PROCESSES="1", ONEALARM_SLOTS="2", ONEALARM_MOST_SLOTS="50"
    )
    async with build(settings, database_url, now=clock.now, stock=()) as built:
        yield built


async def order(parts: Parts, clock: VirtualClock, level: Level) -> None:
    clock.advance(timedelta(seconds=1))
    await parts.control.set_override(level, lasts=timedelta(hours=1), why="a drill")
    for service in (*parts.leadership[:2], parts.follower):
        await service.run_once()
    assert parts.follower.orders is not None
    assert parts.follower.orders.level == level


async def test_from_e5_on_critical_jobs_are_made_on_this_machine_and_the_others_are_short(
    parts: Parts, clock: VirtualClock
) -> None:
    user = await make_user(parts.database)
    for minutes in (20, 40):
        await make_alarm_in(parts.database, minutes * MINUTE, now=clock.now(), user_id=user)
    await parts.queue.beat(parts.worker.id)
    await order(parts, clock, Level.LOCAL)
    while await parts.worker.claim_once():
        await parts.worker.finish()
    made = await parts.database.fetch("select tier, reason from audio order by ring_at")
    assert [tuple(row) for row in made] == [("local", "too much to do"), ("short", "too much to do")]


async def test_from_e1_on_nothing_is_made_ahead_and_nothing_is_made_again(parts: Parts, clock: VirtualClock) -> None:
    await order(parts, clock, Level.NORMAL)
    assert (parts.follower.may_make_extras(), parts.follower.is_calm()) == (True, True)
    await order(parts, clock, Level.CROWDED)
    assert (parts.follower.may_make_extras(), parts.follower.is_calm()) == (False, False)


async def test_from_e1_on_an_autoscaler_is_asked_for_all_there_may_be(parts: Parts, clock: VirtualClock) -> None:
    await order(parts, clock, Level.NORMAL)
    assert parts.follower.orders is not None
    assert parts.follower.orders.desired_slots == 2
    await order(parts, clock, Level.CROWDED)
    assert (parts.follower.orders.desired_slots, parts.follower.orders.reason) == (50, "emergency")


async def test_from_e2_on_lanes_fire_every_half_minute_and_take_ten(parts: Parts, clock: VirtualClock) -> None:
    user = await make_user(parts.database)
    for _ in range(12):
        await make_alarm_in(parts.database, 40 * MINUTE, now=clock.now(), user_id=user)
    await order(parts, clock, Level.CROWDED)
    assert parts.follower.hurry() is None
    await order(parts, clock, Level.BEHIND)
    assert parts.follower.hurry() == timedelta(seconds=30)
    outcome = await parts.dispatcher.run(Order("lane"))
    assert (outcome.claimed, outcome.done) == (10, 10)
