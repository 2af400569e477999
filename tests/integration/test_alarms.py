"""Alarms: the next ring is computed by the database in the transaction that saves them, whoever writes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import asyncpg
import pytest

from onealarm.alarms.next_ring import next_time
from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_alarm, make_user

JOBS = "select ring_at, scheduled_for, state, reason from audio_generation_queue where alarm_id = $1 order by id"


@pytest.fixture
def alarms(database: Database) -> PostgresAlarms:
    return PostgresAlarms(database)


async def test_a_one_off_without_a_date_rings_the_next_time_the_clock_shows_it(database: Database) -> None:
    later_today = await make_alarm(database, wall_time=time(15))
    tomorrow = await make_alarm(database, wall_time=time(7))
    assert later_today.next_ring_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert tomorrow.next_ring_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert tomorrow.date == date(2026, 11, 25)


async def test_the_date_is_that_of_the_alarms_own_zone(database: Database) -> None:
    """At noon UTC it is already tomorrow in Kiritimati, and the seven o'clock to come is of the day after."""
    alarm = await make_alarm(database, timezone="Pacific/Kiritimati", wall_time=time(7))
    assert alarm.date == date(2026, 11, 25)
    assert alarm.next_ring_at == datetime(2026, 11, 24, 17, tzinfo=UTC)


async def test_work_is_scheduled_58_minutes_before_the_ring(database: Database) -> None:
    alarm = await make_alarm(database, wall_time=time(7))
    [job] = await database.fetch(JOBS, alarm.id)
    assert alarm.next_ring_at == job["ring_at"]
    assert job["ring_at"] - job["scheduled_for"] == timedelta(minutes=58)


async def test_a_weekly_alarm_rolls_on_after_its_ring(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, days=(1, 5))  # Monday and Friday; now is Tuesday
    friday = datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert alarm.next_ring_at == friday
    clock.set(friday - timedelta(seconds=1))
    assert (await alarms.roll()).alarms == 0
    clock.set(friday)
    assert (await alarms.roll()).alarms == 1
    rolled = await alarms.find(alarm.id, user_id=alarm.user_id)
    assert rolled.next_ring_at == datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert [job["state"] for job in await database.fetch(JOBS, alarm.id)] == ["waiting", "waiting"]


async def test_a_one_off_turns_itself_off_after_its_ring(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database)
    clock.set(datetime(2026, 11, 25, 7, tzinfo=UTC))
    assert (await alarms.roll()).alarms == 1
    rung = await alarms.find(alarm.id, user_id=alarm.user_id)
    assert (rung.active, rung.next_ring_at) == (False, None)
    assert (await alarms.roll()).alarms == 0


async def test_rings_missed_during_an_outage_are_not_made_up_for(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, days=(1, 2, 3, 4, 5, 6, 7))
    clock.advance(timedelta(days=10))
    assert (await alarms.roll()).alarms == 1
    rolled = await alarms.find(alarm.id, user_id=alarm.user_id)
    assert rolled.next_ring_at == datetime(2026, 12, 5, 7, tzinfo=UTC)


async def test_moving_an_alarm_cancels_the_old_job_and_queues_the_new_one(
    database: Database, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database)
    await alarms.change(alarm.id, user_id=alarm.user_id, changes={"time": time(8)})
    jobs = await database.fetch(JOBS, alarm.id)
    assert [(job["state"], job["reason"]) for job in jobs] == [
        ("cancelled", "the alarm was changed"),
        ("waiting", None),
    ]
    assert jobs[1]["ring_at"] == datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_a_change_that_does_not_move_the_ring_leaves_the_job(database: Database, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database)
    await alarms.change(alarm.id, user_id=alarm.user_id, changes={"label": "gym"})
    assert [job["state"] for job in await database.fetch(JOBS, alarm.id)] == ["waiting"]


async def test_turning_off_cancels_and_turning_on_queues_again(database: Database, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database)
    off = await alarms.change(alarm.id, user_id=alarm.user_id, changes={"active": False})
    assert off.next_ring_at is None
    on = await alarms.change(alarm.id, user_id=alarm.user_id, changes={"active": True})
    assert on.next_ring_at == alarm.next_ring_at
    assert [job["state"] for job in await database.fetch(JOBS, alarm.id)] == ["cancelled", "waiting"]


async def test_a_one_off_that_has_rung_rings_the_next_time_when_turned_on_again(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database)
    clock.advance(timedelta(days=3))
    await alarms.roll()
    on = await alarms.change(alarm.id, user_id=alarm.user_id, changes={"active": True})
    assert on.next_ring_at == datetime(2026, 11, 28, 7, tzinfo=UTC)


async def test_renaming_a_one_off_that_has_rung_changes_nothing_else(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database)
    clock.advance(timedelta(days=3))
    await alarms.roll()
    renamed = await alarms.change(alarm.id, user_id=alarm.user_id, changes={"label": "gym"})
    assert (renamed.label, renamed.date, renamed.active) == ("gym", alarm.date, False)


@pytest.mark.parametrize(
    "statement",
    [
        "update alarms set alarm_time_local = '24:00'",
        "update alarms set alarm_date = '0044-03-15 BC', active = false",
        "insert into weather_data (user_id, sunrise_time) select user_id, '24:00' from alarms",
        "update user_preferences set feeds = array[null]",
    ],
)
async def test_what_no_program_could_read_again_is_refused_in_sql_too(database: Database, statement: str) -> None:
    await make_alarm(database)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.fetch(statement)


async def test_deleting_cancels_the_job(database: Database, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database)
    await alarms.delete(alarm.id, user_id=alarm.user_id)
    assert [job["reason"] for job in await database.fetch(JOBS, alarm.id)] == ["the alarm was deleted"]
    with pytest.raises(NotFound):
        await alarms.find(alarm.id, user_id=alarm.user_id)


async def test_another_users_alarm_does_not_exist(database: Database, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database)
    stranger = await make_user(database, name=None)
    with pytest.raises(NotFound):
        await alarms.find(alarm.id, user_id=stranger)
    with pytest.raises(NotFound):
        await alarms.delete(alarm.id, user_id=stranger)
    with pytest.raises(NotFound):
        await alarms.change(alarm.id, user_id=stranger, changes={"label": "mine"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timezone": "America/Seattle"}, 'timezone: "America/Seattle" is not a known zone. Give an IANA name'),
        ({"day": date(2026, 11, 23)}, "date: 2026-11-23 07:00:00 has passed in UTC. Give a later date"),
        ({"day": date(2040, 1, 1)}, "date: lies outside the years that zone rules are known for. Give 2000 to 2039"),
        ({"days": (0,)}, r"days: must be days of the week. Give at least one of 1 \(Monday\) to 7 \(Sunday\)"),
        ({"days": ()}, "days: must be days of the week"),
        ({"days": (1,), "day": date(2027, 1, 1)}, "days: cannot be given together with a date"),
    ],
)
async def test_what_cannot_be_is_refused_with_field_and_remedy(
    database: Database, given: dict[str, object], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        await make_alarm(database, **given)  # type: ignore[arg-type]  # the table holds what the types forbid
    assert await database.value("select count(*) from alarms") == 0


async def test_an_unknown_user_is_told(alarms: PostgresAlarms) -> None:
    with pytest.raises(NotFound, match=r"user: .* does not exist"):
        await alarms.create(UserId(uuid4()), time=time(7))
    with pytest.raises(NotFound):
        await alarms.change(AlarmId(uuid4()), user_id=UserId(uuid4()), changes={"label": "x"})


async def test_without_a_zone_the_users_own_is_taken(database: Database, alarms: PostgresAlarms) -> None:
    user = await make_user(database, timezone="Asia/Kolkata")
    alarm = await alarms.create(user, time=time(7))
    assert alarm.timezone == "Asia/Kolkata"
    assert alarm.next_ring_at == next_time(time(7), zone_name="Asia/Kolkata", after=NOON).ring_at


async def test_the_roadmaps_and_the_earlier_systems_columns_can_be_read(database: Database) -> None:
    await make_alarm(database, timezone="Europe/Paris")
    row = await database.row(
        "select timezone_at_creation, alarm_timezone, count(*) from alarms where active group by 1, 2"
    )
    assert row is not None
    assert tuple(row) == ("Europe/Paris", "Europe/Paris", 1)
