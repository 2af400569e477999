"""What is written down of each quarter of an hour is what an all-seeing observer would have written down.

From one morning to the next, alarms are made, moved, turned off and deleted while the forecaster looks every five
minutes. The observer notes at each look which alarm will ring when, by asking every alarm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid4

from onealarm.events import Events
from onealarm.ids import AlarmId, UserId, WorkerId
from onealarm.maintenance.forecaster import Forecaster
from onealarm.maintenance.leading import Leading
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.leader import PostgresLeadership
from tests.support.clock import VirtualClock
from tests.support.factories import make_user

BEGIN = datetime(2026, 11, 24, 4, 2, tzinfo=UTC)
LOOKS = 30 * 12
QUARTER = timedelta(minutes=15)

Rings = Mapping[datetime, frozenset[UUID]]
"""By bucket, who rings in it."""


async def test_what_is_written_down_is_what_happened(database: Database, clock: VirtualClock) -> None:
    random, forecast, alarms = Random(16), PostgresForecast(database), PostgresAlarms(database)
    clock.set(BEGIN)
    leading = Leading(PostgresLeadership(database), holder=WorkerId(uuid4()), steady=lambda: clock.now().timestamp())
    forecaster = Forecaster(forecast, leading=leading, events=Events())
    user = await make_user(database, timezone="UTC")
    for _ in range(40):
        await make_one(alarms, user, random)
    seen: dict[datetime, Rings] = {}
    for _ in range(LOOKS):
        await alarms.roll()
        await leading.run_once()
        seen[clock.now()] = await rings_ahead(database)
        await forecaster.run_once()
        clock.advance(timedelta(minutes=1))
        if random.random() < 0.5:
            await change_something(database, alarms, user, random)
        clock.advance(timedelta(minutes=4))
    rows = await database.fetch("select * from onealarm.demand_actuals where final is not null order by bucket")
    compared = 0
    for row in rows:
        looks = [at for at in seen if at <= row["bucket"]]
        last = seen[looks[-1]].get(row["bucket"], frozenset())
        assert row["final"] == len(last)
        for lead, looked_at in enumerate(row["looked_at"]):
            if looked_at is not None:
                then = seen[looked_at].get(row["bucket"], frozenset())
                told = tuple(row[column][lead] for column in ("known", "late", "cancelled"))
                assert told == (len(then), len(last - then), len(then - last)), (row["bucket"], lead)
                compared += len(then ^ last)
    assert len(rows) > 100
    assert compared > 60, "much was created and cancelled"


async def make_one(alarms: PostgresAlarms, user: UserId, random: Random) -> None:
    days = (1, 2, 3, 4, 5, 6, 7) if random.random() < 0.5 else None
    await alarms.create(user, time=some_time(random), days=days)


async def change_something(database: Database, alarms: PostgresAlarms, user: UserId, random: Random) -> None:
    """An alarm is made, moved to another hour, turned off or deleted; never twice, and never just after its ring."""
    others = await database.fetch(
        "select id, alarm_time_local from alarms where active and last_ring_at is null and updated_at = created_at"
        " order by created_at, alarm_time_local, days is null, id"
    )
    if random.random() < 0.5 or not others:
        await make_one(alarms, user, random)
        return
    found = random.choice(others)
    chosen, later = AlarmId(found["id"]), (found["alarm_time_local"].hour + random.randrange(1, 24)) % 24
    match random.choice(("move", "off", "delete")):
        case "move":
            await alarms.change(chosen, user_id=None, changes={"time": time(later), "date": None})
        case "off":
            await alarms.change(chosen, user_id=None, changes={"active": False})
        case _:
            await alarms.delete(chosen, user_id=None)


def some_time(random: Random) -> time:
    """Most are in the morning."""
    hour = random.choice((5, 6, 6, 7, 7, 7, 8, 8, 9, random.randrange(24)))
    return time(hour, random.randrange(60))


async def rings_ahead(database: Database) -> Rings:
    rows = await database.fetch(
        "select a.id, o.ring_at from alarms a cross join lateral onealarm.coming_occurrences("
        "a, onealarm.now(), 4, onealarm.now() + interval '49 hours') as o where a.active"
    )
    found: defaultdict[datetime, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row["ring_at"] - (row["ring_at"] - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER].add(row["id"])
    return {bucket: frozenset(ids) for bucket, ids in found.items()}
