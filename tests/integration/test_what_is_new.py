"""What the leader reads of the coming jobs: audiences, strangers and calendars; and of limits and money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from onealarm.control.budget import Costs, Mix
from onealarm.control.desk import Limits
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.control.missing import Coming
from onealarm.events import Events
from onealarm.ids import UserId, WorkerId
from onealarm.jobs.report import ModelReport, WorkerReport
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.leading import EVERY, Leading
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.treasury import Purse
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CHARACTERS = PoolId("acme", "talk", "characters")


async def listener(database: Database, clock: VirtualClock, *, minutes: int, **prefers: object) -> UserId:
    """Somebody whose work should begin in so many minutes."""
    user = await make_user(database)
    for column, value in prefers.items():
        await database.fetch(f"update user_preferences set {column} = $2 where user_id = $1", user, value)
    await make_alarm_in(database, (58 + minutes) * MINUTE, now=clock.now(), user_id=user)
    return user


async def spoken_for(database: Database, user: UserId) -> None:
    """A sound of his own is kept."""
    key = user.hex * 2
    await database.fetch(
        "insert into onealarm.segments (key, state, worker_id, token, engine, voice)"
        " values ($1, 'speaking', gen_random_uuid(), 1, 'e', 'nova')",
        key,
    )
    await database.fetch("insert into onealarm.segment_users (key, user_id) values ($1, $2)", key, user)


async def coming(database: Database, clock: VirtualClock, *, most: int = 100) -> Mapping[int, Coming]:
    now = clock.now()
    return await PostgresControl(database).coming(since=now, until=now + 2 * HOUR, most=most)


async def test_an_audience_is_new_once_an_hour_and_a_stranger_until_he_was_greeted(
    database: Database, clock: VirtualClock
) -> None:
    for _ in range(3):
        await listener(database, clock, minutes=3)
    known = await listener(database, clock, minutes=3, language="de")
    await spoken_for(database, known)
    await listener(database, clock, minutes=5)
    await listener(database, clock, minutes=5, tts_voice="onyx", calendar_url="https://calendar.example/a.ics")
    await listener(database, clock, minutes=65)
    assert await coming(database, clock) == {
        3: Coming(jobs=4, audiences=2, strangers=3, diaries=0),
        5: Coming(jobs=2, audiences=1, strangers=2, diaries=1),
        65: Coming(jobs=1, audiences=1, strangers=1, diaries=0),
    }
    first = await coming(database, clock, most=5)
    assert [(minute, one.jobs) for minute, one in first.items()] == [(3, 4), (5, 1)], "the first five"


async def test_limits_are_planned_with_a_reserve(database: Database, clock: VirtualClock) -> None:
    del clock
    await PostgresGovernor(database).declare([PoolLimit(CHARACTERS, 1000.0, 100.0)])
    assert await PostgresControl(database).pools() == {CHARACTERS: pytest.approx(900)}


async def test_a_wave_of_strangers_begins_earlier_than_one_that_is_spoken_for(
    database: Database, clock: VirtualClock
) -> None:
    """Slots for 90 a minute; units for four segments a minute."""
    await PostgresGovernor(database).declare([PoolLimit(CHARACTERS, 400 / 0.9, 10.0)])
    users = [await listener(database, clock, minutes=60) for _ in range(20)]
    worker = await make_worker(database)
    leading = Leading(PostgresLeadership(database), holder=WorkerId(uuid4()), steady=lambda: clock.now().timestamp())
    control = PostgresControl(database)
    leader = Controller(control, leading=leading, limits=Limits(), events=Events())
    told = WorkerReport(slots=50)
    found = []
    for look in range(3):
        await leading.run_once()
        await PostgresQueue(database).beat(worker, report=told)
        await leader.run_once()
        posted = await control.read_orders()
        assert posted is not None
        found.append((posted[0].missing, max(posted[0].plan.seconds)))
        paid = ModelReport("acme", "talk", sent=40, answered=40, characters=4000)
        told = WorkerReport(slots=50, briefings=10, segments=100, spoken=40, models=(paid,))
        if look == 1:
            for user in users:
                await spoken_for(database, user)
        for _ in range(5 * MINUTE // EVERY):
            clock.advance(EVERY)
            await leading.run_once()
    assert found[0] == (None, 0), "nothing is known yet"
    assert [missing for missing, _ in found[1:]] == [pytest.approx(29 / 20), pytest.approx(9 / 20)]
    assert found[1][1] == pytest.approx(60 * (9 + 20) / 4, abs=60), "one audience of nine segments, and 20 names"
    assert found[2][1] < found[1][1] / 2, "only what all of them hear is missing"


async def test_money_pays_for_short_ones_unless_the_mix_is_partly_local(
    database: Database, clock: VirtualClock
) -> None:
    del clock
    budgets = PostgresBudgets(database, amounts={"usd": 10.0})
    purse = Purse(budgets)
    assert await purse.pays_for_short(), "nothing is known yet"
    costs: dict[str, Any] = {"costs": Costs(0.04, 0.01), "told": 0.0, "told_ahead": False, "epoch": 1}
    for mix, pays in [(Mix(0.3, 0.7), True), (Mix(0.0, 1.0), True), (Mix(0.0, 0.9), False)]:
        await budgets.set_mix("usd", mix, **costs)
        assert await purse.pays_for_short() == pays
