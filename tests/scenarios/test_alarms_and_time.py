"""Scenarios 1 to 10: alarms and time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import asyncpg
import httpx
import pytest

from onealarm.alarms.alarm import Alarm
from onealarm.alarms.next_ring import next_time
from onealarm.alarms.zones import zone_names
from onealarm.bootstrap import Parts
from onealarm.errors import BadInput
from onealarm.ids import UserId
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from tests.api.support import alarm_of, assert_problem
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_user

JOBS = "select ring_at, scheduled_for, state from audio_generation_queue where alarm_id = $1 order by id"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def ring(alarms: PostgresAlarms, clock: VirtualClock, alarm: Alarm) -> Alarm:
    """Let the alarm ring and roll on."""
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    await alarms.roll()
    return await alarms.find(alarm.id, user_id=None)


async def test_scenario_01_seven_in_los_angeles(database: Database, clock: VirtualClock) -> None:
    clock.set(utc("2025-06-24T12:00"))
    alarm = await make_alarm(database, wall_time=time(7), day=date(2025, 6, 25), timezone="America/Los_Angeles")
    [job] = await database.fetch(JOBS, alarm.id)
    assert (job["ring_at"], job["scheduled_for"]) == (utc("2025-06-25T14:00"), utc("2025-06-25T13:02"))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", "2025-06-29T17:21:49"),
        ("America/Los_Angeles", "2025-06-29T20:21:49"),
        ("America/Chicago", "2025-06-29T18:21:49"),
    ],
)
async def test_scenario_02_the_same_wall_time_in_three_zones(
    database: Database, clock: VirtualClock, zone: str, expected: str
) -> None:
    clock.set(utc("2025-06-28T12:00"))
    alarm = await make_alarm(database, wall_time=time(13, 21, 49), day=date(2025, 6, 29), timezone=zone)
    assert alarm.next_ring_at == utc(expected)


async def test_scenario_04_a_repeated_time_rings_once_on_the_first_pass(
    database: Database, clock: VirtualClock
) -> None:
    clock.set(utc("2025-11-01T12:00"))
    alarms = PostgresAlarms(database)
    alarm = await make_alarm(database, wall_time=time(1, 30), days=(1, 2, 3, 4, 5, 6, 7), timezone="America/New_York")
    rung = []
    for _ in range(3):
        rung.append(alarm.next_ring_at)
        alarm = await ring(alarms, clock, alarm)
    assert rung == [utc("2025-11-02T05:30"), utc("2025-11-03T06:30"), utc("2025-11-04T06:30")]


async def test_scenario_05_wall_time_stays_across_the_change_in_march(database: Database, clock: VirtualClock) -> None:
    clock.set(utc("2026-03-07T11:30"))
    alarms = PostgresAlarms(database)
    alarm = await make_alarm(database, wall_time=time(7), days=(1, 2, 3, 4, 5, 6, 7), timezone="America/New_York")
    before = alarm.next_ring_at
    after = (await ring(alarms, clock, alarm)).next_ring_at
    assert (before, after) == (utc("2026-03-07T12:00"), utc("2026-03-08T11:00"))


async def test_scenario_06_an_unknown_zone_is_refused_and_every_iana_zone_accepted(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    refused = await sarah.post("/v1/alarms", json={"time": "07:00", "timezone": "America/Seattle"})
    problem = assert_problem(refused, 422, field="timezone")
    assert problem["detail"] == "'America/Seattle' is not a known zone"
    assert await parts.alarms.list() == []
    known = await parts.database.fetch("select name from onealarm.zones")
    assert {row["name"] for row in known} == zone_names() >= available_timezones() - {"localtime"}
    assert len(known) >= 590
    assert (await alarm_of(sarah, timezone="America/Phoenix"))["timezone"] == "America/Phoenix"


async def test_scenario_06_sql_refuses_it_too(database: Database) -> None:
    user = await make_user(database)
    with pytest.raises(asyncpg.CheckViolationError, match='timezone: "America/Seattle" is not a known zone') as refused:
        await database.fetch(
            "insert into alarms (user_id, alarm_time_local, timezone) values ($1, '07:00', 'America/Seattle')", user
        )
    assert refused.value.hint == "Give an IANA name such as Europe/Berlin or America/New_York."


async def test_scenario_07_a_move_takes_the_users_alarms_along_each_once(
    database: Database, clock: VirtualClock
) -> None:
    clock.set(utc("2026-06-01T20:00"))
    user = await make_user(database, timezone="America/Los_Angeles")
    alarms = PostgresAlarms(database)
    made = [await alarms.create(user, time=time(hour)) for hour in (6, 7, 22)]
    off = await alarms.create(user, time=time(8), active=False)
    fixed = await alarms.create(user, time=time(9), timezone="Asia/Tokyo")
    other = await make_alarm(database, wall_time=time(7), timezone="America/Los_Angeles")
    await PostgresPeople(database).change_preferences(user, {"timezone": "America/New_York"})
    for alarm in made:
        moved = await alarms.find(alarm.id, user_id=None)
        assert (moved.time, moved.timezone, moved.zone_mode) == (alarm.time, "America/New_York", "device")
        jobs = await database.fetch(JOBS, alarm.id)
        assert [job["state"] for job in jobs] == ["cancelled", "waiting"], "moved once"
        assert (
            jobs[1]["ring_at"]
            == moved.next_ring_at
            == next_time(alarm.time, zone_name="America/New_York", after=clock.now()).ring_at
        )
        assert jobs[1]["ring_at"] - jobs[1]["scheduled_for"] == timedelta(minutes=58)
    assert (await alarms.find(off.id, user_id=None)).timezone == "America/New_York"
    assert await alarms.find(fixed.id, user_id=None) == fixed
    assert await alarms.find(other.id, user_id=None) == other


async def test_scenario_08_the_date_is_that_of_the_alarms_own_zone(database: Database, clock: VirtualClock) -> None:
    clock.set(utc("2026-06-02T06:30"))  # 23:30 of the day before in Los Angeles, and UTC is a day ahead
    alarm = await make_alarm(database, wall_time=time(7), timezone="America/Los_Angeles")
    assert (alarm.date, alarm.next_ring_at) == (date(2026, 6, 2), utc("2026-06-02T14:00"))


async def test_scenario_09_weekdays_go_from_friday_to_monday_and_a_one_off_turns_itself_off(
    database: Database, clock: VirtualClock
) -> None:
    clock.set(utc("2026-11-27T06:00"))  # a Friday
    alarms = PostgresAlarms(database)
    weekdays = await make_alarm(database, wall_time=time(7), days=(1, 2, 3, 4, 5))
    once = await make_alarm(database, wall_time=time(7))
    rung = await ring(alarms, clock, weekdays)
    assert rung.next_ring_at == utc("2026-11-30T07:00")
    assert (await alarms.find(once.id, user_id=None)).active is False


async def test_scenario_10_every_instant_has_an_offset_whatever_the_sessions_zone(
    sarah: httpx.AsyncClient, parts: Parts, database_url: str
) -> None:
    created = await alarm_of(sarah, "07:30", timezone="Asia/Kolkata")
    name = database_url.partition("?")[0].rpartition("/")[2]
    answers = []
    for session_zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati"):
        await parts.database.fetch(f"alter database {name} set timezone to '{session_zone}'")
        if (kept := parts.database._kept) is not None:
            parts.database._kept = None
            await parts.database._pool.release(kept)
        await parts.database._pool.expire_connections()
        assert await parts.database.value("show timezone") == session_zone
        answers.append((await sarah.get(f"/v1/alarms/{created['id']}")).json())
    assert answers == [created] * 3
    for field in ("next_ring_at", "scheduled_for", "created_at", "updated_at"):
        assert datetime.fromisoformat(created[field]).utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "device"),
        ({"timezone": "America/New_York"}, "device"),  # her own, as the earlier system's clients send it
        ({"timezone": "Asia/Tokyo"}, "fixed"),
        ({"timezone": "America/New_York", "zone_mode": "fixed"}, "fixed"),
        ({"zone_mode": "fixed"}, "fixed"),
        ({"zone_mode": "device"}, "device"),
    ],
)
async def test_an_alarm_in_its_users_zone_follows_him_unless_told_otherwise(
    sarah: httpx.AsyncClient, given: dict[str, str], mode: str
) -> None:
    assert (await alarm_of(sarah, **given))["zone_mode"] == mode


async def test_a_following_alarm_cannot_be_given_another_zone(sarah: httpx.AsyncClient) -> None:
    given = {"time": "07:00", "timezone": "Asia/Tokyo", "zone_mode": "device"}
    problem = assert_problem(await sarah.post("/v1/alarms", json=given), 422, field="timezone")
    assert problem["remedy"] == "Leave it out (it is America/New_York), or give zone mode fixed"


async def test_who_is_called_back_follows_again(sarah: httpx.AsyncClient, parts: Parts, sarah_id: UserId) -> None:
    alarm = await alarm_of(sarah, "07:30", timezone="Asia/Tokyo")
    followed = (await sarah.patch(f"/v1/alarms/{alarm['id']}", json={"zone_mode": "device"})).json()
    assert (followed["timezone"], followed["zone_mode"]) == ("America/New_York", "device")
    await parts.people.change_preferences(sarah_id, {"timezone": "Europe/Oslo"})
    assert (await sarah.get(f"/v1/alarms/{alarm['id']}")).json()["timezone"] == "Europe/Oslo"


async def test_a_one_off_has_no_date_to_leave_out(database: Database) -> None:
    user = await make_user(database)
    with pytest.raises(BadInput, match="days: are missing: only a weekly alarm leaves out dates"):
        await PostgresAlarms(database).create(user, time=time(7), skip_holidays=True)
