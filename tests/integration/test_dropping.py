"""Segments go when nobody needs them, object and row, whoever dies or comes in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onealarm.errors import Retryable
from onealarm.events import JobDone
from onealarm.ids import LeaseToken, SegmentKey, WorkerId
from onealarm.maintenance.dropping import BATCH, Claims
from onealarm.pipeline.keeping import IN_DOUBT_AFTER, OWNERLESS_KEPT, STILL_NEEDED, UNUSED_KEPT
from onealarm.pipeline.library import Found, Wanted
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.play import LostSegment
from onealarm.postgres.database import Database
from onealarm.postgres.owners import PostgresOwners
from onealarm.postgres.segments import PostgresSegments
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_leased_job, make_user, make_worker
from tests.support.keeping import Keeping, Killed, Seams, holding, keeping, key, keys_of, put_segment, stored
from tests.support.making import Making
from tests.support.voices import ScriptedVoice
from tests.support.waiting import wait_until_blocked

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
AHEAD = timedelta(minutes=50)


@pytest.fixture
def library(database: Database) -> PostgresSegments:
    return PostgresSegments(database)


async def look(
    library: PostgresSegments, key: SegmentKey, *, worker: WorkerId, text: str | None = "Good morning."
) -> Found:
    return await library.find_or_claim([Wanted(key, "test", "alloy", text)], worker=worker, speaking=())


async def state_of(database: Database, key: SegmentKey) -> str | None:
    state: str | None = await database.value("select state from onealarm.segments where key = $1", key)
    return state


async def test_what_was_not_used_for_thirty_days_goes_object_and_row(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    for number in range(BATCH + 5):
        await put_segment(database, keeper.store, key(f"{number:04x}"))
    clock.advance(UNUSED_KEPT)
    assert await keeper.collector.run_once() == 0
    await put_segment(database, keeper.store, key("abcd"))
    clock.advance(SECOND)
    assert await keeper.collector.run_once() == BATCH + 5
    assert await keys_of(database) == stored(tmp_path) == {key("abcd")}


async def test_a_segment_whose_speaker_died_goes_when_nobody_wants_it(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    await look(library, key("ab"), worker=await make_worker(database))
    clock.advance(UNUSED_KEPT + SECOND)
    await look(library, key("cd"), worker=await make_worker(database))
    assert await keeper.collector.run_once() == 1
    assert await keys_of(database) == {key("cd")}, "this one is being spoken"


async def test_the_stock_is_never_dropped(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await process.stocker.run_once()
    kept = await keys_of(database)
    assert kept
    clock.advance(1000 * DAY)
    assert await keeper.collector.run_once() == 0
    assert await keys_of(database) == stored(tmp_path) == kept
    stock = await process.audio.stock("alloy", language="en")
    assert await process.composer.read(stock.briefing, "aac")


def test_a_segment_is_kept_much_longer_than_a_briefing_can_need_it() -> None:
    assert timedelta(hours=6 + 24 + 48) == STILL_NEEDED < IN_DOUBT_AFTER < UNUSED_KEPT
    assert UNUSED_KEPT - IN_DOUBT_AFTER > DAY, "longer than any statement lasts"


async def test_what_can_still_be_played_is_there_until_its_last_moment(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock
) -> None:
    """Though the use of its segments was noted as early as can be, and its audio lives as long as can be."""
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    assert alarm.next_ring_at is not None
    clock.set(alarm.next_ring_at + timedelta(hours=48) - SECOND)
    await database.value(
        "update onealarm.segments set last_used_at = $1 returning 1", alarm.next_ring_at - timedelta(hours=24 + 6)
    )
    assert await keeper.collector.run_once() == 0
    [row] = await process.audio.of_user(alarm.user_id)
    audio = await process.audio.find(row["id"])
    assert await process.composer.read(audio.briefing, "aac")


async def test_the_life_of_audio_is_that_of_the_arithmetic(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    assert await database.value("select expires_at - ring_at from audio") == timedelta(hours=48)


async def test_use_is_noted_every_six_hours(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    begin, worker = clock.now(), await make_worker(database)
    clock.advance(timedelta(hours=6))
    for expected in (begin, begin + timedelta(hours=6, seconds=1)):
        assert (await look(library, key("ab"), worker=worker)).ready
        assert await database.value("select last_used_at from onealarm.segments") == expected
        clock.advance(SECOND)


async def test_a_reader_never_gets_what_is_being_dropped(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    worker = await make_worker(database)
    clock.advance(UNUSED_KEPT + SECOND)
    async with holding(database, "dropping", "claim_unused", UNUSED_KEPT, BATCH) as claimed:
        reading = asyncio.create_task(look(library, key("ab"), worker=worker))
        await wait_until_blocked(database)
    assert [row["key"] for row in claimed] == [key("ab")]
    assert await asyncio.wait_for(reading, 10) == Found(ready={}, ours={}), "it waited, and then it was too late"
    assert await look(library, key("ab"), worker=worker) == Found(ready={}, ours={}), "as when somebody speaks it"

    assert await keeper.dropping.delete_dropped({key("ab"): LeaseToken(claimed[0]["token"])}) == 1
    assert list((await look(library, key("ab"), worker=worker)).ours) == [key("ab")]


async def test_what_a_reader_has_used_is_not_dropped(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    clock.advance(UNUSED_KEPT + SECOND)
    async with holding(database, "segments", "use_segments", [key("ab")]) as used:
        assert used
        assert await keeper.collector.run_once() == 0, "it does not wait either"
    assert await keeper.collector.run_once() == 0
    assert (await look(library, key("ab"), worker=await make_worker(database))).ready


async def test_a_claim_that_waited_sees_that_the_segment_was_used(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    """Both at once, many times: whoever is first, a reader that was given the segment finds its object."""
    worker = await make_worker(database)
    for number in range(25):
        one = key(f"{number:04x}")
        await put_segment(database, keeper.store, one)
        clock.advance(UNUSED_KEPT + SECOND)
        found, _ = await asyncio.gather(look(library, one, worker=worker), keeper.collector.run_once())
        if found.ready:
            assert await keeper.store.get(object_name(one))
            assert await state_of(database, one) == "ready"


async def test_a_speaker_waits_for_the_end_of_dropping_and_speaks_anew(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, voice: ScriptedVoice, tmp_path: Path
) -> None:
    await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    said = dict(voice.calls)
    long_ago = clock.now() - UNUSED_KEPT - SECOND
    await database.fetch("update onealarm.segments set last_used_at = $1", long_ago)
    claims = await keeper.dropping.claim_unused(unused_for=UNUSED_KEPT, limit=BATCH)
    assert claims
    began = clock.now()

    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.queue.beat(process.worker.id)
    assert await process.worker.claim_once() == 1
    looked = asyncio.Event()
    find_or_claim = PostgresSegments.find_or_claim

    async def look_and_tell(*arguments: Any, **more: Any) -> Found:
        found = await find_or_claim(*arguments, **more)
        if not found.ours:
            looked.set()
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PostgresSegments, "find_or_claim", look_and_tell)
        await asyncio.wait_for(looked.wait(), 10)
        assert len(process.seen(JobDone)) == 1, "it waits"
        dropper = keeper.collector._dropper
        assert await dropper.drop(claims, claimed_at=began) == len(claims)
        await process.worker.finish()
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    assert await process.composer.read(found.audio.briefing, "aac")
    assert any(voice.calls[text] == 2 * times for text, times in said.items()), "something was spoken anew"
    assert {part.key for part in found.audio.briefing.parts if not part.key.startswith("pause:")} <= stored(tmp_path)


async def test_what_a_dead_process_began_to_drop_is_finished_by_another(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    clock.advance(UNUSED_KEPT + SECOND)
    first = await keeper.dropping.claim_unused(unused_for=UNUSED_KEPT, limit=BATCH)
    clock.advance(14 * SECOND)
    assert await keeper.collector.run_once() == 0, "it may still be at it"
    clock.advance(SECOND)
    second = await keeper.dropping.claim_abandoned(limit=BATCH)
    assert second.keys() == first.keys()
    assert await keeper.dropping.delete_dropped(first) == 0, "its token is worth nothing any more"
    assert await keeper.collector.run_once() == 0
    clock.advance(15 * SECOND)
    assert await keeper.collector.run_once() == 1
    assert await keys_of(database) == stored(tmp_path) == set()


async def test_a_speaker_takes_over_from_a_dead_collector(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    clock.advance(UNUSED_KEPT + SECOND)
    claims = await keeper.dropping.claim_unused(unused_for=UNUSED_KEPT, limit=BATCH)
    worker = await make_worker(database)
    clock.advance(14 * SECOND)
    assert await look(library, key("ab"), worker=worker) == Found(ready={}, ours={})
    clock.advance(SECOND)
    worker = await make_worker(database)
    assert list((await look(library, key("ab"), worker=worker)).ours) == [key("ab")]
    assert await keeper.dropping.delete_dropped(claims) == 0
    assert await keeper.dropping.claim_abandoned(limit=BATCH) == {}
    assert await state_of(database, key("ab")) == "speaking"


async def test_a_collector_that_was_paused_deletes_nothing_more(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await put_segment(database, keeper.store, key("ab"))
    clock.advance(UNUSED_KEPT + SECOND)
    began = clock.now()
    claims = await keeper.dropping.claim_unused(unused_for=UNUSED_KEPT, limit=BATCH)
    clock.advance(6 * SECOND)
    assert await keeper.collector._dropper.drop(claims, claimed_at=began) == 0
    assert stored(tmp_path) == {key("ab")}


@pytest.mark.parametrize("step", range(1, 5))
async def test_a_collector_killed_between_two_steps_is_finished_by_the_next_run(
    database: Database, clock: VirtualClock, tmp_path: Path, step: int
) -> None:
    """The steps of three segments: claim | delete | delete | delete | delete the rows."""
    seams = Seams(die_before=step)
    dying = keeping(database, tmp_path, clock, seams=seams)
    for digits in ("aa", "bb", "cc"):
        await put_segment(database, dying.store, key(digits))
    clock.advance(UNUSED_KEPT + SECOND)
    with pytest.raises(Killed):
        await dying.collector.run_once()
    assert len(stored(tmp_path)) == 3 - (step - 1)
    assert len(await keys_of(database)) == 3, "no object is without a row that says so"
    clock.advance(15 * SECOND)
    assert await keeping(database, tmp_path, clock).collector.run_once() == 3
    assert await keys_of(database) == stored(tmp_path) == set()


async def test_a_store_that_fails_leaves_the_rest_to_the_next_run(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    for digits in ("aa", "bb"):
        await put_segment(database, keeper.store, key(digits))
    (tmp_path / object_name(key("bb"))).unlink()
    (tmp_path / object_name(key("bb"))).mkdir()
    clock.advance(UNUSED_KEPT + SECOND)
    with pytest.raises(Retryable, match="could not be deleted"):
        await keeper.collector.run_once()
    assert await state_of(database, key("bb")) == "dropping"
    assert await state_of(database, key("aa")) in (None, "dropping")
    (tmp_path / object_name(key("bb"))).rmdir()
    clock.advance(15 * SECOND)
    await keeper.collector.run_once()
    assert await keys_of(database) == stored(tmp_path) == set()


async def test_a_personal_segment_that_never_got_an_owner_goes_after_an_hour(
    database: Database, keeper: Keeping, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("aa"), text=None)
    await put_segment(database, keeper.store, key("bb"), text=None)
    await put_segment(database, keeper.store, key("cc"))
    user = await make_user(database)
    await database.fetch("insert into onealarm.segment_users values ($1, $2)", key("bb"), user)
    clock.advance(OWNERLESS_KEPT)
    assert await keeper.collector.run_once() == 0
    clock.advance(SECOND)
    assert await keeper.collector.run_once() == 1
    assert await keys_of(database) == {key("bb"), key("cc")}
    clock.advance(UNUSED_KEPT)
    assert await keeper.collector.run_once() == 2, "an owner does not keep what nobody plays"
    assert await database.value("select count(*) from onealarm.segment_users") == 0


async def test_owners_are_those_whose_briefings_hold_the_segment(
    database: Database, process: Making, clock: VirtualClock
) -> None:
    users = [await make_user(database, name=name) for name in ("Sarah", "Sarah", "Tom")]
    for user in users:
        await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    assert await process.work() == 3
    rows = await database.fetch(
        "select u.key, array_agg(u.user_id) as users, min(s.text) as text from onealarm.segment_users u"
        " join onealarm.segments s using (key) group by u.key"
    )
    assert {row["text"] for row in rows} == {None}, "what is shared has no owners"
    assert sorted(sorted(row["users"]) for row in rows) == sorted([sorted(users[:2]), users[2:]])
    assert await database.value("select count(*) from onealarm.segments where text is null") == len(rows)


async def test_a_segment_that_is_being_published_is_not_taken_for_ownerless(
    database: Database, keeper: Keeping, clock: VirtualClock
) -> None:
    await put_segment(database, keeper.store, key("ab"), text=None)
    clock.advance(OWNERLESS_KEPT + SECOND)
    job = await make_leased_job(database, now=clock.now())
    async with holding(database, "owners", "hold_segments", job.id, job.lease_token, [key("ab")]) as held:
        assert [row["there"] for row in held] == [1]
        assert await keeper.collector.run_once() == 0, "it does not wait"
        waiting = asyncio.create_task(keeper.collector.drop_left_behind([key("ab")]))
        await wait_until_blocked(database)
    assert await asyncio.wait_for(waiting, 10) == 0, "it waited, and sees the owner who was not there when it began"
    assert await keeper.collector.run_once() == 0
    assert await state_of(database, key("ab")) == "ready"


async def test_what_is_being_dropped_is_not_published(database: Database, keeper: Keeping, clock: VirtualClock) -> None:
    await put_segment(database, keeper.store, key("ab"), text=None)
    await put_segment(database, keeper.store, key("cd"))
    clock.advance(OWNERLESS_KEPT + SECOND)
    job, owners = await make_leased_job(database, now=clock.now()), PostgresOwners(database)
    async with database.connection() as connection, connection.transaction():
        await connection.fetch("select from onealarm.segments where key = $1 for update", key("ab"))
        holding_on = asyncio.create_task(owners.hold(job, [key("ab"), key("cd")]))
        await wait_until_blocked(database)
        await connection.execute(
            "update onealarm.segments set state = 'dropping', dropping_at = onealarm.now(), frames = null"
            " where key = $1",
            key("ab"),
        )
    assert await asyncio.wait_for(holding_on, 10) == 1, "one of two is there"
    assert await database.value("select count(*) from onealarm.segment_users") == 0


async def test_a_briefing_whose_segment_went_meanwhile_is_made_again(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    """A Sarah's greeting is found by another Sarah's briefing, and gone with the first before that is published."""
    sarah = await make_user(database)
    await make_alarm_in(database, AHEAD, now=clock.now(), user_id=sarah)
    await process.work()
    user = await make_user(database, name="Sarah")
    await database.value(
        "update user_preferences set place_name = 'Oslo', latitude = 59.9, longitude = 10.7"
        " where user_id = $1 returning 1",
        user,
    )
    alarm = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    voice.held = asyncio.Event()
    voice.asked.clear()
    await process.queue.beat(process.worker.id)
    await process.worker.claim_once()
    await asyncio.wait_for(voice.asked.wait(), 10)
    await keeper.departure.delete(sarah)
    voice.held.set()
    await process.worker.finish()
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert (found.audio, found.reason) == (None, "a segment was dropped while the briefing was made")
    clock.advance(10 * SECOND)
    assert await process.work() == 1
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    assert await process.composer.read(found.audio.briefing, "aac")


async def test_a_stale_worker_becomes_nobodys_owner(database: Database, keeper: Keeping, clock: VirtualClock) -> None:
    await put_segment(database, keeper.store, key("ab"), text=None)
    job, owners = await make_leased_job(database, now=clock.now()), PostgresOwners(database)
    await database.fetch("update audio_generation_queue set lease_token = lease_token + 1")
    assert await owners.hold(job, [key("ab")]) is None
    await database.fetch("delete from users")
    assert await owners.hold(job, [key("ab")]) is None
    assert await database.value("select count(*) from onealarm.segment_users") == 0


async def test_a_segment_with_owners_that_cannot_be_spoken_again_keeps_them(
    database: Database, keeper: Keeping, library: PostgresSegments, clock: VirtualClock
) -> None:
    token = await put_segment(database, keeper.store, key("ab"), text=None)
    user, worker = await make_user(database), await make_worker(database)
    await database.fetch("insert into onealarm.segment_users values ($1, $2)", key("ab"), user)
    await keeper.losses.lose([LostSegment(key("ab"), token=token)])
    ours = (await look(library, key("ab"), worker=worker, text=None)).ours
    await library.abandon(key("ab"), token=ours[key("ab")])
    assert await database.value("select count(*) from onealarm.segment_users") == 1
    again: Claims = (await look(library, key("ab"), worker=worker, text=None)).ours
    assert again[key("ab")] != ours[key("ab")]


async def test_what_is_his_already_is_counted_and_not_locked(
    database: Database, keeper: Keeping, clock: VirtualClock
) -> None:
    for digits, text in (("aa", None), ("bb", None), ("cc", "Good morning.")):
        await put_segment(database, keeper.store, key(digits), text=text)
    job, owners = await make_leased_job(database, now=clock.now()), PostgresOwners(database)
    assert await owners.hold(job, [key("aa")]) == 1
    async with database.connection() as connection, connection.transaction():
        await connection.fetch("select from onealarm.segments where key <> $1 for update", key("bb"))
        held = owners.hold(job, [key("aa"), key("bb"), key("cc"), key("dd")])
        assert await asyncio.wait_for(held, 10) == 3, "there is no fourth"
    assert await database.value("select count(*) from onealarm.segment_users") == 2
