"""Requirements R27 to R34: clock changes, moves, new rules, snoozes, dates left out, outages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
import pytest

from onealarm.alarms.alarm import Alarm
from onealarm.alarms.zones import Transition, all_transitions
from onealarm.errors import BadInput, NotFound
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from onealarm.postgres.zone_rules import load_zone_rules
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_user, make_worker

DAILY = (1, 2, 3, 4, 5, 6, 7)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

JOBS = "select ring_at, scheduled_for, state, reason from audio_generation_queue where alarm_id = $1 order by id"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def alarms(database: Database) -> PostgresAlarms:
    return PostgresAlarms(database)


async def roll(alarms: PostgresAlarms) -> int:
    return (await alarms.roll()).alarms


async def rings_of(alarms: PostgresAlarms, clock: VirtualClock, alarm: Alarm, count: int) -> list[datetime]:
    """What an alarm really rings, one after the other, as the roller moves it on."""
    rung = []
    for _ in range(count):
        found = await alarms.find(alarm.id, user_id=None)
        if found.next_ring_at is None:
            break
        rung.append(found.next_ring_at)
        clock.set(found.next_ring_at)
        await roll(alarms)
    return rung


async def test_r27_a_skipped_time_rings_after_the_gap_and_its_work_begins_58_minutes_before(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2027-03-12T12:00"))
    alarm = await make_alarm(database, wall_time=time(2, 30), days=DAILY, timezone="America/New_York")
    rung = await rings_of(alarms, clock, alarm, 3)
    assert rung == [utc("2027-03-13T07:30"), utc("2027-03-14T07:30"), utc("2027-03-15T06:30")]
    jobs = await database.fetch(JOBS, alarm.id)
    assert jobs[1]["scheduled_for"] == utc("2027-03-14T06:32")


async def test_r28_a_repeated_time_rings_once(database: Database, clock: VirtualClock, alarms: PostgresAlarms) -> None:
    clock.set(utc("2026-10-31T12:00"))
    alarm = await make_alarm(database, wall_time=time(1, 30), days=DAILY, timezone="America/New_York")
    assert await rings_of(alarms, clock, alarm, 2) == [utc("2026-11-01T05:30"), utc("2026-11-02T06:30")]


async def test_r30_who_flies_east_in_the_evening_is_woken_by_the_clock_there(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-06-02T00:00"))  # 20:00 of June 1 in New York
    user = await make_user(database, timezone="America/New_York")
    device = await alarms.create(user, time=time(7), days=DAILY)
    fixed = await alarms.create(user, time=time(7), days=DAILY, zone_mode="fixed")
    await PostgresPeople(database).change_preferences(user, {"timezone": "Europe/London"})
    moved = await alarms.find(device.id, user_id=None)
    assert moved.next_ring_at == utc("2026-06-02T06:00")  # 07:00 in London
    assert [job["state"] for job in await database.fetch(JOBS, device.id)] == ["cancelled", "waiting"]
    assert await alarms.find(fixed.id, user_id=None) == fixed


async def test_r30_who_moves_east_past_the_time_is_woken_on_the_next_day_only(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-06-02T10:50"))  # 06:50 in New York, 11:50 in London
    user = await make_user(database, timezone="America/New_York")
    weekly = await alarms.create(user, time=time(7), days=DAILY)
    once = await alarms.create(user, time=time(7))
    await PostgresPeople(database).change_preferences(user, {"timezone": "Europe/London"})
    for alarm in (weekly, once):
        moved = await alarms.find(alarm.id, user_id=None)
        assert (moved.next_ring_at, moved.next_ring_date) == (utc("2026-06-03T06:00"), date(2026, 6, 3))
    assert await rings_of(alarms, clock, once, 5) == [utc("2026-06-03T06:00")], "a one-off still rings once"


@pytest.mark.parametrize("rolled", [True, False], ids=["rolled on", "just rung"])
async def test_r30_who_flies_west_after_the_ring_is_not_woken_again_on_that_date(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, rolled: bool
) -> None:
    clock.set(utc("2026-06-02T10:00"))
    user = await make_user(database, timezone="America/New_York")
    weekly = await alarms.create(user, time=time(7), days=DAILY)
    once = await alarms.create(user, time=time(7))
    clock.set(utc("2026-06-02T11:00"))  # it rings; in Los Angeles it is 04:00
    if rolled:
        assert await roll(alarms) == 2
    await PostgresPeople(database).change_preferences(user, {"timezone": "America/Los_Angeles"})
    await roll(alarms)
    moved = await alarms.find(weekly.id, user_id=None)
    assert (moved.next_ring_at, moved.last_ring_at) == (utc("2026-06-03T14:00"), utc("2026-06-02T11:00"))
    assert (await alarms.find(once.id, user_id=None)).active is False


async def test_a_new_time_is_a_new_wish_and_rings_on_the_same_date(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    clock.set(utc("2026-11-24T13:00"))
    assert await roll(alarms) == 1
    changed = await alarms.change(alarm.id, user_id=None, changes={"time": time(14)})
    assert changed.next_ring_at == utc("2026-11-24T14:00")


async def with_new_rules(
    database_url: str, changed: Mapping[str, Sequence[Transition]], *, now: datetime, version: str = "2099z"
) -> None:
    """A newer tzdata in which these zones have other rules, loaded at an instant."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("select set_config('onealarm.now', $1, true)", now.isoformat())
            assert await load_zone_rules(connection, version=version, rules=lambda: {**all_transitions(), **changed})
    finally:
        await connection.close()


def fixed_offset(hours: float) -> list[Transition]:
    return [Transition(None, timedelta(hours=hours))]


async def test_r31_new_rules_move_coming_rings_and_lose_or_double_none(
    database: Database, database_url: str, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    """Lagos, an hour ahead of UTC all year, goes back by one hour, or forth."""
    clock.set(utc("2026-11-24T05:30"))
    weekly = [
        await make_alarm(database, wall_time=time(hour), days=DAILY, timezone="Africa/Lagos") for hour in (6, 7, 12)
    ]
    once = await make_alarm(database, wall_time=time(9), timezone="Africa/Lagos")
    elsewhere = await make_alarm(database, wall_time=time(9), timezone="Africa/Nairobi")
    assert [alarm.next_ring_at for alarm in weekly] == [
        utc("2026-11-25T05:00"),
        utc("2026-11-24T06:00"),
        utc("2026-11-24T11:00"),
    ]
    await with_new_rules(database_url, {"Africa/Lagos": fixed_offset(0)}, now=clock.now())
    found = [await alarms.find(alarm.id, user_id=None) for alarm in (*weekly, once)]
    assert [alarm.next_ring_at for alarm in found] == [
        utc("2026-11-25T06:00"),  # today's had rung: it does not come a second time, though 06:00 is now ahead
        utc("2026-11-24T07:00"),
        utc("2026-11-24T12:00"),
        utc("2026-11-24T09:00"),
    ]
    assert await alarms.find(elsewhere.id, user_id=None) == elsewhere
    for alarm in found:
        jobs = await database.fetch(JOBS, alarm.id)
        assert [job["state"] for job in jobs] == ["cancelled", "waiting"]
        assert jobs[1]["ring_at"] == alarm.next_ring_at


async def test_r31_a_ring_that_new_rules_put_into_the_past_keeps_its_instant(
    database: Database, database_url: str, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-11-24T05:30"))  # 06:30 in Lagos; by the new rules it is 07:30, and seven has passed
    alarm = await make_alarm(database, wall_time=time(7), days=DAILY, timezone="Africa/Lagos")
    await with_new_rules(database_url, {"Africa/Lagos": fixed_offset(2)}, now=clock.now())
    assert await rings_of(alarms, clock, alarm, 3) == [
        utc("2026-11-24T06:00"),
        utc("2026-11-25T05:00"),
        utc("2026-11-26T05:00"),
    ]


async def test_r31_what_has_rung_under_the_old_rules_does_not_ring_again(
    database: Database, database_url: str, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-11-24T05:30"))
    alarm = await make_alarm(database, wall_time=time(7), days=DAILY, timezone="Africa/Lagos")
    clock.set(utc("2026-11-24T06:00"))
    assert await roll(alarms) == 1
    clock.advance(MINUTE)
    await with_new_rules(database_url, {"Africa/Lagos": fixed_offset(-1)}, now=clock.now())  # seven is ahead again
    assert await rings_of(alarms, clock, alarm, 2) == [utc("2026-11-25T08:00"), utc("2026-11-26T08:00")]


async def test_r32_three_snoozes_are_one_shots_and_the_series_stays(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    clock.set(utc("2026-11-24T13:00"))
    await roll(alarms)
    series = await alarms.find(alarm.id, user_id=None)
    rung = []
    for number in (1, 2, 3):
        clock.advance(30 * timedelta(seconds=1))
        snooze = await alarms.snooze(alarm.id, user_id=None)
        assert (snooze.number, snooze.minutes, snooze.ring_at) == (number, 9, clock.now() + 9 * MINUTE)
        with pytest.raises(BadInput, match="alarm: it is snoozed until"):
            await alarms.snooze(alarm.id, user_id=None)
        rung.append(snooze.ring_at)
        clock.set(snooze.ring_at)
        await roll(alarms)
    with pytest.raises(BadInput, match="alarm: it may be snoozed 3 times and has been"):
        await alarms.snooze(alarm.id, user_id=None)
    assert await alarms.find(alarm.id, user_id=None) == series
    jobs = await database.fetch(JOBS, alarm.id)
    assert [job["ring_at"] for job in jobs] == [utc("2026-11-24T13:00"), series.next_ring_at, *rung]


@pytest.mark.parametrize(
    ("now", "zone", "wall_time"),
    [
        ("2026-11-24T23:57", "UTC", time(23, 57)),  # across midnight
        ("2027-03-14T06:57", "America/New_York", time(1, 57)),  # 02:00 to 03:00 is skipped
        ("2026-11-01T05:57", "America/New_York", time(1, 57)),  # and 01:00 to 02:00 shown again
    ],
)
async def test_r32_a_snooze_counts_elapsed_minutes(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, now: str, zone: str, wall_time: time
) -> None:
    clock.set(utc(now) - HOUR)
    alarm = await make_alarm(database, wall_time=wall_time, timezone=zone)
    assert alarm.next_ring_at == utc(now)
    clock.set(utc(now))
    assert (await alarms.snooze(alarm.id, user_id=None)).ring_at == utc(now) + 9 * MINUTE


async def test_r32_a_one_off_turns_off_also_when_it_is_snoozed_and_the_snooze_is_made_all_the_same(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13))
    clock.set(utc("2026-11-24T13:00"))
    await alarms.snooze(alarm.id, user_id=None, minutes=20)
    await roll(alarms)
    assert (await alarms.find(alarm.id, user_id=None)).active is False
    await PostgresQueue(database).expire()
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=5)
    assert job.ring_at == utc("2026-11-24T13:20")
    wish = await PostgresWishes(database).load(job)
    assert wish.ring_at.time() == time(13, 20)
    found = await PostgresAudio(database).of_alarm(alarm.id)
    assert found is not None
    assert found.ring_at == job.ring_at
    clock.set(job.ring_at)
    await roll(alarms)
    assert (await alarms.find(alarm.id, user_id=None)).active is False, "and it does not come back"


async def test_r32_what_is_not_ringing_cannot_be_snoozed_and_a_snooze_can_be_ended(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    with pytest.raises(BadInput, match=r"alarm: it has not rung within the hour\. Snooze an alarm while it rings"):
        await alarms.snooze(alarm.id, user_id=None)
    clock.set(utc("2026-11-24T13:59:59"))
    await roll(alarms)
    snooze = await alarms.snooze(alarm.id, user_id=None, minutes=1)
    await alarms.end_snooze(alarm.id, user_id=None)
    jobs = {row["ring_at"]: (row["state"], row["reason"]) for row in await database.fetch(JOBS, alarm.id)}
    assert jobs[snooze.ring_at] == ("cancelled", "the snooze was ended")
    with pytest.raises(NotFound):
        await alarms.end_snooze(alarm.id, user_id=None)
    clock.set(utc("2026-11-24T14:00"))
    with pytest.raises(BadInput):
        await alarms.snooze(alarm.id, user_id=None)


async def test_r32_who_turns_his_alarm_off_ends_its_snooze(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    clock.set(utc("2026-11-24T13:00"))
    await roll(alarms)
    await alarms.snooze(alarm.id, user_id=None)
    await alarms.change(alarm.id, user_id=None, changes={"active": False})
    assert await alarms.snoozed(alarm.id) is None
    assert {job["state"] for job in await database.fetch(JOBS, alarm.id)} == {"waiting", "cancelled"}
    [left] = [job for job in await database.fetch(JOBS, alarm.id) if job["state"] == "waiting"]
    assert left["ring_at"] == utc("2026-11-24T13:00"), "the ring that is over is left to expire"


def expected_dates(**rule: Any) -> list[date]:
    """By brute force: every date of 400 days that the rule allows."""
    days: set[int] = set(rule.get("days", DAILY))
    left_out = set(rule.get("skip_dates", ())) | set(rule.get("holidays", ()))
    first, last = rule.get("pause") or (date.max, date.min)
    every = (date(2026, 11, 24) + n * DAY for n in range(400))
    return [day for day in every if day.isoweekday() in days and day not in left_out and not first <= day <= last]


CHRISTMAS = (date(2026, 12, 24), date(2027, 1, 3))
GERMAN = [
    *(date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29)),
    *(date(2027, 5, 1), date(2027, 5, 6), date(2027, 5, 17), date(2027, 10, 3), date(2027, 12, 25), date(2027, 12, 26)),
]
BAVARIAN = [*GERMAN, date(2027, 1, 6), date(2027, 5, 27), date(2027, 11, 1)]
"""Assumption is a holiday in some of its towns only."""

RULES: dict[str, dict[str, Any]] = {
    "daily": {},
    "weekdays": {"days": (1, 2, 3, 4, 5)},
    "one day a week": {"days": (3,)},
    "skipped dates": {"skip_dates": (date(2026, 11, 25), date(2027, 2, 28), date(2027, 2, 28))},
    "a pause": {"pause": CHRISTMAS},
    "a pause of one day": {"pause": (date(2026, 12, 24), date(2026, 12, 24))},
    "a pause that is over": {"pause": (date(2026, 1, 1), date(2026, 1, 31))},
    "all of it": {"days": (4, 5, 6), "pause": CHRISTMAS, "skip_dates": (date(2027, 1, 7),), "holidays": GERMAN},
    "holidays": {"holidays": GERMAN},
    "holidays of a part of the country": {"holidays": BAVARIAN, "subdivision": "BY"},
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
async def test_r33_the_occurrences_of_400_days(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, rule: dict[str, Any]
) -> None:
    user = await make_user(database)
    if "holidays" in rule:
        given = {"country": "DE", "subdivision": rule.get("subdivision")}
        await PostgresPeople(database).change_preferences(user, given)
    alarm = await alarms.create(
        user,
        time=time(13),
        days=rule.get("days", DAILY),
        skip_dates=rule.get("skip_dates", ()),
        pause=rule.get("pause"),
        skip_holidays="holidays" in rule,
    )
    expected = expected_dates(**rule)
    found = await database.fetch(
        "select o.ring_at, o.local_date from alarms a,"
        " onealarm.coming_occurrences(a, onealarm.now(), 1000, '2027-12-29') as o where a.id = $1",
        alarm.id,
    )
    assert [row["local_date"] for row in found] == [day for day in expected if day < date(2027, 12, 29)]
    assert all(row["ring_at"] == datetime.combine(row["local_date"], time(13), UTC) for row in found)
    assert [ring.date() for ring in await rings_of(alarms, clock, alarm, 40)] == expected[:40], "and so it rings"


async def test_r33_skip_next_once(database: Database, clock: VirtualClock, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    skipped = await alarms.skip_next(alarm.id, user_id=None)
    assert (skipped.skip_dates, skipped.next_ring_date) == ((date(2026, 11, 24),), date(2026, 11, 25))
    again = await alarms.skip_next(alarm.id, user_id=None)
    assert again.next_ring_date == date(2026, 11, 26)
    once = await make_alarm(database, wall_time=time(13))
    assert (await alarms.skip_next(once.id, user_id=None)).active is False
    with pytest.raises(BadInput, match="alarm: is off, so there is nothing to skip"):
        await alarms.skip_next(once.id, user_id=None)


async def test_r33_a_one_off_on_a_leap_day_and_on_a_chosen_date(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    for day in (date(2028, 2, 29), date(2027, 12, 31)):
        alarm = await make_alarm(database, wall_time=time(7), day=day)
        assert await rings_of(alarms, VirtualClock(clock.now()), alarm, 1) == [datetime.combine(day, time(7), UTC)]


async def test_r33_an_empty_set_of_days_is_refused(database: Database) -> None:
    with pytest.raises(BadInput, match="days: must be days of the week"):
        await make_alarm(database, days=())


async def test_r33_two_alarms_in_one_minute_each_get_their_job(database: Database, clock: VirtualClock) -> None:
    user = await make_user(database)
    made = [await make_alarm(database, user_id=user, wall_time=time(12, 40)) for _ in range(2)]
    claimed = await PostgresQueue(database).claim(await make_worker(database), limit=5)
    assert {job.alarm_id for job in claimed} == {alarm.id for alarm in made}


async def test_r33_the_preview_is_what_rings(database: Database, clock: VirtualClock, alarms: PostgresAlarms) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=(2, 4))
    preview = await alarms.coming(alarm.id, user_id=None, most=10)
    assert len(preview) == 10
    assert [one.ring_at for one in preview] == await rings_of(alarms, clock, alarm, 10)


async def test_r33_a_new_country_moves_the_alarms_that_leave_out_its_holidays(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    clock.set(utc("2026-12-25T10:00"))
    user = await make_user(database)
    people = PostgresPeople(database)
    await people.change_preferences(user, {"country": "JP", "subdivision": None})
    alarm = await alarms.create(user, time=time(13), days=DAILY, skip_holidays=True)
    assert alarm.next_ring_date == date(2026, 12, 25)
    await people.change_preferences(user, {"country": "DE", "subdivision": None})
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_date == date(2026, 12, 27)
    assert [job["state"] for job in await database.fetch(JOBS, alarm.id)] == ["cancelled", "waiting"]
    await people.change_preferences(user, {"country": None, "subdivision": None})
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_date == date(2026, 12, 25)


async def test_r34_after_three_hours_away_past_rings_are_missed_and_the_others_worked_at_once(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    user = await make_user(database)
    soon = {minutes: clock.now() + minutes * MINUTE for minutes in (60, 169, 170, 175, 185, 230)}
    made = {
        minutes: await make_alarm(database, user_id=user, wall_time=ring.time(), days=DAILY)
        for minutes, ring in soon.items()
    }
    clock.advance(3 * HOUR)
    rolled = await alarms.roll()
    assert (rolled.alarms, rolled.missed) == (4, 2)
    missed = {minutes: (await alarms.find(alarm.id, user_id=None)).missed_ring_at for minutes, alarm in made.items()}
    assert missed == {60: soon[60], 169: soon[169], 170: None, 175: None, 185: None, 230: None}
    logged = await database.fetch("select user_id, event_type, meta from logs order by meta ->> 'ring_at'")
    assert [(row["user_id"], row["event_type"], row["meta"]["alarm_id"]) for row in logged] == [
        (user, "ring_missed", str(made[minutes].id)) for minutes in (60, 169)
    ]
    queue = PostgresQueue(database)
    assert await queue.expire() == 4
    claimed = await queue.claim(await make_worker(database), limit=10)
    assert [job.ring_at for job in claimed] == [soon[185], soon[230]], "the next to ring first"
    assert (await alarms.roll()).missed == 0, "each once"


async def test_r34_every_ring_of_a_long_outage_is_written_down_and_none_made_up_for(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms
) -> None:
    alarm = await make_alarm(database, wall_time=time(13), days=DAILY)
    clock.advance(3 * DAY)  # noon again; 13:00 of three days has passed
    rolled = await alarms.roll()
    assert (rolled.alarms, rolled.missed) == (1, 3)
    logged = await database.fetch("select meta ->> 'ring_at' as ring_at from logs order by 1")
    assert [datetime.fromisoformat(row["ring_at"]) for row in logged] == [
        utc("2026-11-24T13:00") + n * DAY for n in range(3)
    ]
    assert (await alarms.find(alarm.id, user_id=None)).next_ring_at == utc("2026-11-27T13:00")


@pytest.mark.parametrize("jump", [2 * HOUR, -2 * HOUR])
async def test_r34_a_jump_of_the_clock_neither_doubles_a_ring_nor_lets_the_dead_live_on(
    database: Database, clock: VirtualClock, alarms: PostgresAlarms, jump: timedelta
) -> None:
    user = await make_user(database)
    rung = await make_alarm(database, user_id=user, wall_time=time(12, 30), days=DAILY)
    held = await make_alarm(database, user_id=user, wall_time=time(15, 20), days=DAILY)
    queue = PostgresQueue(database)
    clock.set(utc("2026-11-24T14:30"))
    await roll(alarms)
    await queue.expire()
    dead, rescuer = await make_worker(database), await make_worker(database)
    [job] = await queue.claim(dead, limit=5)
    assert job.alarm_id == held.id
    clock.advance(jump)
    await roll(alarms)
    found = await alarms.find(rung.id, user_id=None)
    assert found.next_ring_date == date(2026, 11, 25), "today's has rung"
    for _ in range(4):
        await queue.beat(rescuer)
        clock.advance(5 * timedelta(seconds=1))
    await queue.beat(rescuer)
    rescued = await queue.rescue(rescuer)
    state = await database.value("select state from audio_generation_queue where id = $1", job.id)
    assert (rescued, state) == (1, "waiting")
    if jump > timedelta():
        assert await queue.expire() == 1
        assert (await alarms.find(held.id, user_id=None)).missed_ring_at == held.next_ring_at
    else:
        [again] = await queue.claim(rescuer, limit=5, advance=3 * HOUR)
        assert again.id == job.id
