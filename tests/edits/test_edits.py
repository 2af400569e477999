"""Every kind of edit in every state of the job: what becomes of the job, its audio and its worker's late result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeAlias

import pytest

from onealarm.alarms.alarm import Alarm
from onealarm.jobs.job import Job, JobState
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from tests.edits.page import PAGE, page
from tests.edits.table import BEFORE, EDITS, TODAY, Edit, expected
from tests.support.briefings import briefing_saying
from tests.support.clock import VirtualClock
from tests.support.factories import make_user, make_worker

JOBS: Final = "select * from audio_generation_queue where alarm_id = $1 order by id"
AUDIO: Final = "select * from audio where alarm_id = $1 order by id"

Bring: TypeAlias = Callable[[Database, VirtualClock, Job], Awaitable[object]]


async def alarm_ringing_in_fifty_minutes(database: Database, clock: VirtualClock, *, fixed: bool) -> Alarm:
    user = await make_user(database)
    ring = clock.now() + timedelta(minutes=50)
    assert ring.date() == TODAY
    return await PostgresAlarms(database).create(
        user, time=ring.time(), days=(1, 2, 3, 4, 5, 6, 7), timezone="UTC", zone_mode="fixed" if fixed else "device"
    )


async def begin(database: Database) -> Job:
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    assert await PostgresAudio(database).start(job, voice="alloy")
    return job


async def publish(database: Database, job: Job) -> bool:
    wish = await PostgresWishes(database).load(job)
    return await PostgresAudio(database).publish(job, briefing_saying("Good morning"), version=wish.version)


async def to_wait_for_another_attempt(database: Database, clock: VirtualClock) -> Job:
    [job] = await PostgresQueue(database).claim(await make_worker(database), limit=1)
    await PostgresQueue(database).retry(job, run_after=clock.now() + timedelta(minutes=5), reason="voice: crashed")
    return job


async def brought_to(state: JobState, database: Database, clock: VirtualClock) -> Job:
    """The job of the alarm's next ring, in the state; in all but the first two, after an attempt that began."""
    if state is JobState.WAITING:
        return await to_wait_for_another_attempt(database, clock)
    job = await begin(database)
    queue = PostgresQueue(database)
    match state:
        case JobState.DONE:
            assert await publish(database, job)
        case JobState.DEAD:
            assert await queue.bury(job, reason="no such voice")
        case JobState.CANCELLED:
            await database.fetch(
                "select onealarm.end_occurrences(array[alarm_id], array[ring_at], 'an operator')"
                " from audio_generation_queue where id = $1",
                job.id,
            )
        case JobState.EXPIRED:
            clock.set(job.ring_at)
            assert await queue.expire() == 1
            assert (await PostgresAlarms(database).roll()).alarms == 1
        case _:
            assert state is JobState.LEASED
    return job


@pytest.mark.parametrize("state", list(BEFORE))
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.words)
async def test_each_edit_in_each_state(database: Database, clock: VirtualClock, edit: Edit, state: JobState) -> None:
    alarm = await alarm_ringing_in_fifty_minutes(database, clock, fixed=edit.fixed)
    ring = alarm.next_ring_at
    job = await brought_to(state, database, clock)
    jobs_before, audio_before = await database.fetch(JOBS, alarm.id), await database.fetch(AUDIO, alarm.id)
    assert {row["id"]: row["state"] for row in jobs_before}[job.id] == state
    assert [row["status"] for row in audio_before] == ([] if BEFORE[state] is None else [BEFORE[state]])
    made_before = await PostgresWishes(database).load(job) if state is JobState.LEASED else None

    await edit.act(database, alarm)

    outcome = expected(edit.effect, state)
    jobs, audio = await database.fetch(JOBS, alarm.id), await database.fetch(AUDIO, alarm.id)
    was = {row["id"]: row for row in jobs_before}
    assert {row["id"]: row["state"] for row in jobs}[job.id] == outcome.job
    assert [row["status"] for row in audio] == ([] if outcome.audio is None else [outcome.audio])
    new = [row for row in jobs if row["id"] not in was and row["ring_at"] != was[job.id]["ring_at"]]
    again = [row for row in jobs if row["id"] not in was and row["ring_at"] == ring]
    if state is not JobState.EXPIRED:
        assert [row["state"] for row in again] == (["waiting"] if outcome.new_job == "same ring" else [])
        assert [row["state"] for row in new] == (["waiting"] if outcome.new_job == "new ring" else [])
    if edit.effect == "nothing":
        assert jobs == jobs_before, "not one column of a job has changed"
        assert audio == audio_before
    if state is JobState.WAITING and edit.effect == "remake":
        assert [(row["run_after"], row["attempt"], row["reason"]) for row in jobs] == [(None, 0, None)]
    if state is JobState.EXPIRED and edit.effect != "delete":
        assert audio == audio_before, "a ring that has passed is what it was"
    if made_before is not None:
        late = await PostgresAudio(database).publish(job, briefing_saying("Late"), version=made_before.version)
        assert late is (edit.effect == "nothing")
    found = await PostgresAudio(database).of_alarm(alarm.id)
    if edit.effect != "nothing" and found is not None and found.audio is not None:
        pytest.fail("what was made before the edit is served")


async def test_with_the_user_everything_goes_that_was_for_him(database: Database, clock: VirtualClock) -> None:
    for state in (JobState.WAITING, JobState.LEASED, JobState.DONE):
        alarm = await alarm_ringing_in_fifty_minutes(database, clock, fixed=False)
        job = await brought_to(state, database, clock)
        await PostgresPeople(database).delete(alarm.user_id)
        assert await database.fetch(JOBS, alarm.id) == await database.fetch(AUDIO, alarm.id) == []
        assert await PostgresAudio(database).publish(job, briefing_saying("Late"), version=(1, 1)) is False


def test_the_page_is_written_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make docs writes it"
