"""Edits that keep or share a ring: what is heard is made again, and what still rings keeps its job."""

from __future__ import annotations

from datetime import time, timedelta

from onealarm.alarms.next_ring import wall_time_of
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_worker

LIVE_RINGS = (
    "select ring_at from audio_generation_queue where alarm_id = $1 and state in ('waiting', 'leased') order by ring_at"
)


async def test_the_same_instant_in_another_zone_is_another_time_to_be_told(
    database: Database, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, timedelta(minutes=50), now=clock.now())
    queue, audio = PostgresQueue(database), PostgresAudio(database)
    [job] = await queue.claim(await make_worker(database), limit=1)
    wish = await PostgresWishes(database).load(job)
    assert await audio.start(job, voice="alloy")
    assert await audio.publish(job, briefing_saying("twelve fifty"), version=wish.version)
    there = wall_time_of(job.ring_at, "Europe/Berlin")
    changes = {"time": there.time(), "date": there.date(), "timezone": "Europe/Berlin"}
    moved = await PostgresAlarms(database).change(alarm.id, user_id=None, changes=changes)
    assert moved.next_ring_at == alarm.next_ring_at
    found = await audio.of_alarm(alarm.id)
    assert found is not None
    assert (found.job_state, found.audio) == ("waiting", None)


async def test_a_snooze_keeps_its_job_when_the_alarm_that_rings_with_it_is_moved(
    database: Database, clock: VirtualClock
) -> None:
    alarm = await make_alarm(database, days=(1, 2, 3, 4, 5, 6, 7))
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at)
    alarms = PostgresAlarms(database)
    await alarms.roll()
    await PostgresQueue(database).expire()
    snooze = await alarms.snooze(alarm.id, user_id=None, minutes=9)
    together = await alarms.change(alarm.id, user_id=None, changes={"time": time(7, 9)})
    assert together.next_ring_at == snooze.ring_at
    apart = await alarms.change(alarm.id, user_id=None, changes={"time": time(8)})
    rings = [row["ring_at"] for row in await database.fetch(LIVE_RINGS, alarm.id)]
    assert rings == [snooze.ring_at, apart.next_ring_at]
    off = await alarms.change(alarm.id, user_id=None, changes={"active": False})
    assert not off.active
    assert await database.fetch(LIVE_RINGS, alarm.id) == []
