"""Planning beside other events: moves, new rules, outages and holidays at the moment of a save or a ring."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from onealarm.ids import SegmentKey
from onealarm.pipeline.briefing import Part
from onealarm.pipeline.publish import Publication
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from tests.scenarios.test_requirements_of_alarm_time import fixed_offset, with_new_rules
from tests.support.briefings import briefing_saying, wish_version
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_user, make_worker
from tests.support.sessions import session, until_blocked

DAILY = (1, 2, 3, 4, 5, 6, 7)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def alarms(database: Database) -> PostgresAlarms:
    return PostgresAlarms(database)


async def test_an_alarm_set_while_its_user_moves_is_in_his_new_zone(database: Database) -> None:
    user = await make_user(database, timezone="Europe/Berlin")
    async with session(database) as mover, session(database) as setter:
        async with mover.raw.transaction():
            await mover.fetch("update user_preferences set timezone = 'Asia/Tokyo' where user_id = $1", user)
            setting = asyncio.create_task(PostgresAlarms(setter).create(user, time=time(7)))
            await until_blocked(database, setter, by=mover)
        alarm = await setting
    assert (alarm.timezone, alarm.zone_mode) == ("Asia/Tokyo", "device")


async def test_a_move_while_an_alarm_is_set_takes_it_along(database: Database, alarms: PostgresAlarms) -> None:
    user = await make_user(database, timezone="Europe/Berlin")
    async with session(database) as setter, session(database) as mover:
        async with setter.raw.transaction():
            alarm = await PostgresAlarms(setter).create(user, time=time(7))
            moving = asyncio.create_task(PostgresPeople(mover).change_preferences(user, {"timezone": "Asia/Tokyo"}))
            await until_blocked(database, mover, by=setter)
        await moving
    assert (await alarms.find(alarm.id, user_id=None)).timezone == "Asia/Tokyo"


async def test_an_alarm_called_back_while_its_user_moves_follows_him(
    database: Database, alarms: PostgresAlarms
) -> None:
    user = await make_user(database, timezone="Europe/Berlin")
    alarm = await alarms.create(user, time=time(7), timezone="Europe/Oslo")
    async with session(database) as mover, session(database) as caller:
        async with mover.raw.transaction():
            await mover.fetch("update user_preferences set timezone = 'Asia/Tokyo' where user_id = $1", user)
            changes = {"zone_mode": "device"}
            calling = asyncio.create_task(PostgresAlarms(caller).change(alarm.id, user_id=None, changes=changes))
            await until_blocked(database, caller, by=mover)
        assert (await calling).timezone == "Asia/Tokyo"


async def test_new_rules_between_ring_and_roll_do_not_ring_the_date_again(
    database: Database, database_url: str, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-11-24T05:30"))
    alarm = await make_alarm(database, wall_time=time(7), days=DAILY, timezone="Africa/Lagos")
    clock.set(utc("2026-11-24T06:00") + 5 * MINUTE)
    await with_new_rules(database_url, {"Africa/Lagos": fixed_offset(0)}, now=clock.now())  # seven is ahead again
    assert (await alarms.coming(alarm.id, user_id=None, most=1))[0].date == date(2026, 11, 25)
    assert (await alarms.roll()).alarms == 1
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_at == utc("2026-11-25T07:00")


@pytest.mark.parametrize("how", ["moved", "turned off", "skipped"])
async def test_a_ring_that_was_edited_away_never_was(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, how: str
) -> None:
    alarm = await make_alarm(database, wall_time=time(12, 50), days=DAILY)
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    audio = PostgresAudio(database)
    assert await audio.start(job, voice="alloy")
    assert await audio.publish(job, briefing_saying("Good day"), version=await wish_version(database, job))
    if how == "skipped":
        await alarms.skip_next(alarm.id, user_id=None)
    else:
        changes = {"time": time(9)} if how == "moved" else {"active": False}
        await alarms.change(alarm.id, user_id=None, changes=changes)
    clock.set(job.ring_at + 10 * MINUTE)
    await alarms.roll()
    found = await audio.of_alarm(alarm.id)
    assert found is None or found.ring_at > clock.now()


async def test_a_snooze_that_was_ended_does_not_hide_the_ring(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(12, 50), days=DAILY)
    clock.set(utc("2026-11-24T12:50"))
    await alarms.roll()
    await alarms.snooze(alarm.id, user_id=None)
    await alarms.end_snooze(alarm.id, user_id=None)
    clock.advance(20 * MINUTE)
    found = await PostgresAudio(database).of_alarm(alarm.id)
    assert found is not None
    assert found.ring_at == utc("2026-11-24T12:50")


async def test_a_move_after_an_outage_writes_down_what_was_missed(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    user = await make_user(database)
    alarm = await alarms.create(user, time=time(12, 50), days=DAILY)
    clock.advance(3 * HOUR)
    await PostgresPeople(database).change_preferences(user, {"timezone": "Asia/Tokyo"})
    assert (await alarms.find(alarm.id, user_id=None)).missed_ring_at == utc("2026-11-24T12:50")
    assert (await alarms.roll()).missed == 0
    assert await database.value("select count(*) from logs where event_type = 'ring_missed'") == 1


async def test_a_snooze_that_fell_into_an_outage_is_missed_and_one_that_was_seen_is_not(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    made = [await make_alarm(database, wall_time=time(12, 50), days=DAILY) for _ in range(2)]
    clock.set(utc("2026-11-24T12:50"))
    await alarms.roll()
    seen, missed = [
        await alarms.snooze(one.id, user_id=None, minutes=minutes) for one, minutes in zip(made, (5, 30), strict=True)
    ]
    clock.set(seen.ring_at)
    assert (await alarms.roll()).missed == 0
    clock.advance(2 * HOUR)
    assert (await alarms.roll()).missed == 1
    meta = await database.value("select meta from logs where event_type = 'ring_missed'")
    assert datetime.fromisoformat(meta["ring_at"]) == missed.ring_at
    assert (await alarms.roll()).missed == 0


@pytest.mark.parametrize("rolled", [True, False])
async def test_turned_off_by_its_user_a_snoozed_one_off_rings_no_more(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, rolled: bool
) -> None:
    alarm = await make_alarm(database, wall_time=time(12, 50))
    clock.set(utc("2026-11-24T12:50"))
    if rolled:
        await alarms.roll()
    await alarms.snooze(alarm.id, user_id=None)
    await alarms.change(alarm.id, user_id=None, changes={"active": False})
    assert await alarms.snoozed(alarm.id) is None
    await alarms.roll()
    assert (
        await PostgresQueue(database).expire()
        + len(await PostgresQueue(database).claim(await make_worker(database), limit=5))
        <= 1
    )


async def test_dates_that_are_over_make_room_for_further_skips(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(12, 50), days=DAILY)
    for _ in range(130):
        skipped = await alarms.skip_next(alarm.id, user_id=None)
        assert skipped.next_ring_at is not None
        clock.set(skipped.next_ring_at - HOUR)
    assert len(skipped.skip_dates) <= 3


async def test_a_ring_that_kept_its_instant_under_new_rules_outlives_a_new_country(
    database: Database, database_url: str, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-11-24T05:30"))
    user = await make_user(database)
    alarm = await alarms.create(user, time=time(7), days=DAILY, timezone="Africa/Lagos", skip_holidays=True)
    await with_new_rules(database_url, {"Africa/Lagos": fixed_offset(2)}, now=clock.now())
    await PostgresPeople(database).change_preferences(user, {"country": "DE", "subdivision": None})
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_at == utc("2026-11-24T06:00")
    assert (await alarms.coming(alarm.id, user_id=None, most=2))[0].ring_at == utc("2026-11-24T06:00")


async def test_without_preferences_there_are_no_holidays_to_leave_out(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-12-25T08:00"))
    user = await make_user(database)
    await PostgresPeople(database).change_preferences(user, {"country": "DE", "subdivision": None})
    alarm = await alarms.create(user, time=time(9), days=DAILY, skip_holidays=True)
    assert alarm.next_ring_date == date(2026, 12, 27)
    await database.fetch("delete from user_preferences")
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_date == date(2026, 12, 25)


async def test_a_briefing_whose_sound_went_in_between_is_not_published(database: Database, clock: VirtualClock) -> None:
    await make_alarm(database, wall_time=time(12, 50))
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    audio = PostgresAudio(database)
    assert await audio.start(job, voice="alloy")
    briefing = briefing_saying("Good day")
    statement = "select count(*) from audio where status = 'ready'"
    lost = replace(briefing, parts=(Part(key=SegmentKey("0" * 64), frames=1, size=1),))
    assert await audio.publish_all([Publication(job, lost, await wish_version(database, job))]) == set()
    assert await database.value(statement) == 0
