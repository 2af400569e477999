"""Scenarios 12 to 22: the queue, from claim to clean-up, with the parts that make real briefings."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from onealarm.alarms.alarm import Alarm
from onealarm.bootstrap import Parts
from onealarm.briefing.facts import Weather
from onealarm.clock import SystemClock
from onealarm.errors import Permanent, VoiceFailed
from onealarm.events import Events, JobBuried, JobRetried, ResultRefused
from onealarm.ids import UserId
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import Audio, PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from tests.api.support import alarm_of, briefing_of, make_due_briefings
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_leased_job, make_user, make_worker
from tests.support.making import Making, making
from tests.support.voices import ScriptedVoice

MINUTE = timedelta(minutes=1)
AHEAD = 50 * MINUTE
JOBS = "select state, attempt, reason, ring_at from audio_generation_queue where alarm_id = $1 order by id"


async def playing(process: Making, alarm: Alarm) -> Audio:
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None, found.reason
    return found.audio


def said(audio: Audio) -> dict[str, str]:
    return {section.kind: section.text for section in audio.briefing.sections}


async def jobs_of(database: Database, alarm: Alarm) -> list[tuple[str, int, str | None]]:
    return [(row["state"], row["attempt"], row["reason"]) for row in await database.fetch(JOBS, alarm.id)]


async def live(process: Making, clock: VirtualClock, *, seconds: int) -> None:
    """Let time pass for a process that beats."""
    for _ in range(seconds // 5):
        clock.advance(timedelta(seconds=5))
        await process.queue.beat(process.worker.id)
    clock.advance(timedelta(seconds=seconds % 5))


async def test_scenario_12_a_thousand_jobs_and_twenty_workers_make_a_thousand_briefings(
    database: Database, clock: VirtualClock
) -> None:
    user = await make_user(database)
    ring = clock.now() + 30 * MINUTE
    await database.fetch(
        "insert into alarms (user_id, alarm_time_local, alarm_date, timezone)"
        " select $1, $2, $3, 'UTC' from generate_series(1, 1000)",
        user,
        ring.time(),
        ring.date(),
    )
    queue, audio, wishes = PostgresQueue(database), PostgresAudio(database), PostgresWishes(database)
    made: Counter[int] = Counter()

    async def make(job: Job) -> Briefing:
        made[job.id] += 1
        briefing = briefing_saying(f"job {job.id}")
        wish = await wishes.load(job)
        assert await audio.start(job, voice="alloy")
        assert await audio.publish(job, briefing, version=wish.version)
        return briefing

    time = DatabaseTime()
    time.hear(await queue.now())
    executor = Executor(queue=queue, make=make, time=time, clock=SystemClock(), events=Events(), random=Random(1))

    async def work() -> None:
        worker = await make_worker(database)
        while jobs := await queue.claim(worker, limit=13):
            for job in jobs:
                await executor.execute(job)

    await asyncio.gather(*(work() for _ in range(20)))
    assert (len(made), made.total()) == (1000, 1000)
    counts = "select count(*) from audio where status = 'ready'", "select count(*) from audio_generation_queue"
    assert [await database.value(count) for count in counts] == [1000, 1000]
    assert await database.value("select count(*) from audio_generation_queue where state = 'done'") == 1000


async def test_scenario_13_a_dead_workers_job_is_finished_by_another(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.queue.beat(process.worker.id)
    dead = await make_worker(database)
    [job] = await process.queue.claim(dead, limit=1)
    assert await process.audio.start(job, voice="alloy")
    await live(process, clock, seconds=20)
    assert await process.queue.rescue(process.worker.id) == 1
    assert await process.work() == 1
    assert await jobs_of(database, alarm) == [("done", 2, "its worker died")]
    assert [row["status"] for row in await process.audio.of_user(alarm.user_id)] == ["ready"]


async def test_scenario_14_a_slow_workers_late_result_is_refused_and_the_other_stands(
    database: Database, tmp_path: Path, clock: VirtualClock
) -> None:
    slow_voice = ScriptedVoice()
    slow_voice.held = asyncio.Event()
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    async with (
        making(database, tmp_path / "slow", slow_voice) as slow,
        making(database, tmp_path / "quick", ScriptedVoice()) as quick,
    ):
        await slow.queue.beat(slow.worker.id)
        await quick.queue.beat(quick.worker.id)
        assert await slow.worker.claim_once() == 1
        await slow_voice.asked.wait()
        await live(quick, clock, seconds=20)
        assert await quick.queue.rescue(quick.worker.id) == 1
        assert await quick.work() == 1
        before = await database.fetch("select * from audio")
        slow_voice.held.set()
        await slow.worker.finish()
        assert len(slow.seen(ResultRefused)) == 1
        assert await database.fetch("select * from audio") == before
        assert await jobs_of(database, alarm) == [("done", 2, "its worker died")]


async def test_scenario_15_a_voice_that_fails_twice_succeeds_on_the_third_attempt(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    pauses = []
    for _ in range(2):
        voice.failures = [VoiceFailed("crashed")] * 10
        assert await process.work() == 1
        [*_, retried] = process.seen(JobRetried)
        assert isinstance(retried, JobRetried)
        pauses.append(retried.pause)
        voice.failures = []
        await live(process, clock, seconds=5)
    assert await process.work() == 1
    [(state, attempt, _)] = await jobs_of(database, alarm)
    assert (state, attempt) == ("done", 3)
    assert timedelta(seconds=1) <= pauses[0] <= timedelta(seconds=2) <= pauses[1] <= timedelta(seconds=4)


async def test_scenario_15_past_the_limit_the_reason_is_seen_and_the_stock_named(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    await parts.queue.beat(parts.worker.id)
    await parts.stocker.run_once()
    alarm = await alarm_of(sarah, "07:30")
    [job] = await parts.queue.claim(parts.worker.id, limit=1)
    await parts.audio.start(job, voice="alloy")
    await parts.queue.bury(job, reason="the voice is away")
    answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    assert (answer["status"], answer["reason"], answer["tier"]) == ("failed", "the voice is away", "stock")
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_scenario_16_a_permanent_error_is_not_tried_again_and_a_wait_is_kept(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    voice.failures = [Permanent("the key is not valid")] * 10
    assert await process.work() == 1
    assert await jobs_of(database, alarm) == [("dead", 1, "the key is not valid")]
    await live(process, clock, seconds=300)
    assert await process.work() == 0
    assert len(process.seen(JobBuried)) == 1
    other = await make_alarm_in(database, AHEAD, now=clock.now())
    voice.failures = [VoiceFailed("429", wait=timedelta(seconds=90))] * 10
    assert await process.work() == 1
    voice.failures = []
    await live(process, clock, seconds=85)
    assert await process.work() == 0
    await live(process, clock, seconds=10)
    assert await process.work() == 1
    assert [(state, attempt) for state, attempt, _ in await jobs_of(database, other)] == [("done", 2)]


async def test_scenario_17_an_alarm_edited_while_its_audio_is_made_gets_its_own_fresh_job(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    voice.held = asyncio.Event()
    await process.queue.beat(process.worker.id)
    assert await process.worker.claim_once() == 1
    await voice.asked.wait()
    later = (clock.now() + AHEAD + 5 * MINUTE).time()
    changed = await PostgresAlarms(database).change(alarm.id, user_id=None, changes={"time": later})
    voice.held.set()
    await process.worker.finish()
    assert len(process.seen(ResultRefused)) == 1
    assert await jobs_of(database, alarm) == [("cancelled", 1, "the alarm was changed"), ("waiting", 0, None)]
    assert await process.work() == 1
    audio = await playing(process, alarm)
    assert audio.ring_at == changed.next_ring_at
    assert "twelve fifty-five" in said(audio)["date"]


async def test_scenario_17_a_name_changed_while_its_audio_is_made_is_the_one_that_is_heard(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    voice.held = asyncio.Event()
    await process.queue.beat(process.worker.id)
    assert await process.worker.claim_once() == 1
    await voice.asked.wait()
    await PostgresPeople(database).change_preferences(alarm.user_id, {"name": "Ada"})
    voice.held.set()
    await process.worker.finish()
    assert len(process.seen(ResultRefused)) == 1
    assert await process.work() == 1
    greeting = said(await playing(process, alarm))["greeting"]
    assert "Ada" in greeting
    assert "Sarah" not in greeting


@pytest.mark.parametrize("how", ["turned off", "deleted"])
async def test_scenario_18_what_is_off_or_gone_before_it_is_due_costs_nothing(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice, how: str
) -> None:
    alarms = PostgresAlarms(database)
    alarm = await make_alarm_in(database, 70 * MINUTE, now=clock.now())
    if how == "deleted":
        await alarms.delete(alarm.id, user_id=None)
    else:
        await alarms.change(alarm.id, user_id=None, changes={"active": False})
    clock.advance(30 * MINUTE)
    assert await process.work() == 0
    assert voice.calls.total() == 0
    assert [state for state, _, _ in await jobs_of(database, alarm)] == ["cancelled"]


async def test_scenario_19_a_field_that_is_not_heard_leaves_finished_work_alone(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    made = await briefing_of(sarah, parts)
    for change in ({"snooze_minutes": 5}, {"zone_mode": "fixed"}, {}):
        assert (await sarah.patch(f"/v1/alarms/{made['alarm_id']}", json=change)).status_code == 200
    answer = (await sarah.get(f"/v1/alarms/{made['alarm_id']}/audio")).json()
    assert (answer["status"], answer["audio"]) == ("ready", made)


async def test_scenario_20_ten_minutes_ahead_is_due_at_once_and_most_urgent(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    far = await make_alarm_in(database, 57 * MINUTE, now=clock.now())
    near = await make_alarm_in(database, 10 * MINUTE, now=clock.now())
    urgent = await database.value("select q.priority from audio_generation_queue q where alarm_id = $1", near.id)
    assert urgent == 1
    [first, second] = await process.queue.claim(await make_worker(database), limit=2)
    assert (first.alarm_id, second.alarm_id) == (near.id, far.id)


async def test_scenario_20_an_alarm_that_has_passed_is_never_made(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    alarm = await make_alarm_in(database, 10 * MINUTE, now=clock.now())
    clock.advance(10 * MINUTE)
    assert await process.work() == 0
    assert await process.queue.expire() == 1
    assert await process.work() == 0
    assert voice.calls.total() == 0
    assert await jobs_of(database, alarm) == [("expired", 0, "the ring came first")]


async def test_scenario_20_one_minute_ahead_says_what_plays(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    alarm = await alarm_of(sarah, "07:01")
    answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    near = "its ring is near: what is named here plays unless its briefing is ready in time"
    assert (answer["status"], answer["tier"], answer["reason"]) == ("waiting", "tone", near)
    await parts.queue.beat(parts.worker.id)
    await parts.stocker.run_once()
    answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    assert (answer["tier"], answer["play"]["url"] is not None) == ("stock", True)
    await make_due_briefings(parts)
    assert (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()["tier"] == "full"


async def test_scenario_21_each_day_has_its_own_audio_and_it_is_there_at_the_ring(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    """Clean-up runs every hour, and at every ring that day's own briefing plays."""
    alarms = PostgresAlarms(database)
    alarm = await make_alarm(database, wall_time=time(7), days=(1, 2, 3, 4, 5, 6, 7))
    people = PostgresPeople(database)
    heard = []
    for day in range(25, 29):
        due = datetime(2026, 11, day, 6, 2, tzinfo=clock.now().tzinfo)
        while clock.now() < due:
            clock.set(min(due, clock.now() + timedelta(hours=1)))
            await process.audio.expire()
            await process.queue.expire()
            await alarms.roll()
        await people.save_weather(alarm.user_id, Weather(updated_at=clock.now(), current_temp=day, unit="C"))
        assert await process.work() == 1
        clock.set(due + 58 * MINUTE)
        await process.audio.expire()
        audio = await playing(process, alarm)
        assert audio.ring_at == clock.now()
        heard.append((said(audio)["date"], said(audio)["weather"]))
    assert len(set(heard)) == 4
    for (words, weather), (ordinal, degrees) in zip(
        heard,
        [
            ("twenty-fifth", "twenty-five degrees"),
            ("twenty-sixth", "twenty-six degrees"),
            ("twenty-seventh", "twenty-seven degrees"),
            ("twenty-eighth", "twenty-eight degrees"),
        ],
        strict=True,
    ):
        assert ordinal in words
        assert degrees in weather
    statuses = [row["status"] for row in await process.audio.of_user(alarm.user_id)]
    assert statuses == ["ready", "ready", "expired", "expired"], "48 hours after its ring, not sooner"


@pytest.mark.parametrize(
    "change",
    [
        {"voice": "nova"},
        {"name": "Ada"},
        {"feeds": []},
        {"include_weather": False},
        {"country": "US", "subdivision": "NY"},
        {"place": {"name": "New York", "latitude": 40.7, "longitude": -74.0}},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_scenario_22_a_change_of_what_is_heard_makes_the_coming_briefing_again(
    sarah: httpx.AsyncClient, parts: Parts, sarah_id: UserId, change: dict[str, object]
) -> None:
    await parts.people.change_preferences(sarah_id, {"feeds": ("https://news.example/feed",)})
    old = await briefing_of(sarah, parts)
    url = old["files"]["aac"]["url"]
    assert (await sarah.get(url)).status_code == 200
    assert (await sarah.patch("/v1/users/me/preferences", json=change)).status_code == 200
    answer = (await sarah.get(f"/v1/alarms/{old['alarm_id']}/audio")).json()
    assert answer["status"] == "waiting"
    assert (await sarah.get(url)).status_code == 404, "the old sound is not served any more"
    await make_due_briefings(parts)
    new = (await sarah.get(f"/v1/alarms/{old['alarm_id']}/audio")).json()
    assert new["status"] == "ready"
    assert new["audio"]["id"] != old["id"]
    assert new["play"]["url"] != url
    if "voice" in change:
        assert new["audio"]["voice"] == "nova"
    if "name" in change:
        assert "Ada" in new["audio"]["transcript"]
    listed = (await sarah.get("/v1/audio")).json()["audio"]
    assert sorted(one["status"] for one in listed) == ["ready", "superseded"]


async def test_scenario_22_a_change_before_the_work_begins_costs_nothing(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    job = await make_leased_job(database, now=clock.now())
    assert await process.queue.release(job)
    before = await database.fetch("select * from audio_generation_queue")
    await PostgresPeople(database).change_preferences(job.user_id, {"voice": "nova"})
    assert await database.fetch("select * from audio_generation_queue") == before
    assert await process.work() == 1
    [row] = await process.audio.of_user(job.user_id)
    assert (row["status"], row["voice"], row["ring_at"].date()) == ("ready", "nova", date(2026, 11, 24))
