"""Rows and objects that have lost each other are found and made good, whoever dies or comes in between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from onealarm.briefing.stock import StockVoice
from onealarm.events import SoundLost
from onealarm.ids import SegmentKey
from onealarm.pipeline.library import Wanted
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.play import LostSegment
from onealarm.pipeline.ports import StoredObject
from onealarm.postgres.database import Database
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.sweeps import PostgresSweeps
from onealarm.stores.local import LocalStore
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user, make_worker
from tests.support.keeping import Keeping, Killed, Seams, keeping, key, keys_of, put_segment, stored
from tests.support.making import Making
from tests.support.voices import ScriptedVoice

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
AHEAD = timedelta(minutes=50)


def put_there(folder: Path, name: str, *, age: timedelta, clock: VirtualClock) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    changed = (clock.now() - age).timestamp()
    os.utime(path, (changed, changed))


def lose(folder: Path, keys: Iterable[SegmentKey]) -> None:
    for one in keys:
        (folder / object_name(one)).unlink()


async def sweep_all(keeper: Keeping) -> int:
    """One round through all slices."""
    return sum([await keeper.sweeper.run_once() for _ in range(256)])


async def test_an_object_that_no_row_knows_is_deleted_when_it_is_an_hour_old(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await put_segment(database, keeper.store, key("ab1"))
    put_there(tmp_path, object_name(key("ab1")), age=10 * HOUR, clock=clock)
    put_there(tmp_path, object_name(key("ab2")), age=HOUR + SECOND, clock=clock)
    put_there(tmp_path, object_name(key("ab3")), age=HOUR - SECOND, clock=clock)
    put_there(tmp_path, object_name(key("cd")), age=10 * HOUR, clock=clock)
    strange = ("segments/ab/readme.txt", f"segments/ab/{key('cd')}.aac", "elsewhere.aac")
    for name in strange:
        put_there(tmp_path, name, age=10 * HOUR, clock=clock)
    assert await keeper.sweeper.sweep("ab") == 1
    assert stored(tmp_path) == {key("ab1"), key("ab3"), key("cd")}
    assert all((tmp_path / name).exists() for name in strange), "what is not ours is not touched"
    assert await keys_of(database) == {key("ab1")}
    assert not keeper.seen


async def test_a_round_goes_through_the_whole_store_and_finds_nothing_to_do_twice(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    for digits in ("00", "7f", "ff"):
        put_there(tmp_path, object_name(key(digits)), age=2 * HOUR, clock=clock)
    assert await sweep_all(keeper) == 3
    assert stored(tmp_path) == await keys_of(database) == set()
    put_there(tmp_path, object_name(key("00")), age=2 * HOUR, clock=clock)
    assert await sweep_all(keeper) == 0, "each slice once in six hours"
    clock.advance(6 * HOUR)
    assert await sweep_all(keeper) == 1


async def test_processes_share_the_slices(database: Database) -> None:
    sweeps = PostgresSweeps(database)
    claimed = await asyncio.gather(*(sweeps.claim_slice(again_after=6 * HOUR) for _ in range(300)))
    taken = [part for part in claimed if part is not None]
    assert len(taken) == len(set(taken))
    while (part := await sweeps.claim_slice(again_after=6 * HOUR)) is not None:
        taken.append(part)  # one that passed over what others were just claiming
    assert sorted(taken) == [f"{number:02x}" for number in range(256)]


async def test_what_is_spoken_meanwhile_is_no_orphan(
    database: Database, keeper: Keeping, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A speaker claims the segment between the look at the rows and the look at the objects."""
    put_there(tmp_path, object_name(key("ab")), age=10 * HOUR, clock=clock)
    worker, library = await make_worker(database), PostgresSegments(database)
    listing = keeper.store.objects

    async def claim_and_list(folder: str) -> list[StoredObject]:
        await library.find_or_claim([Wanted(key("ab"), "test", "alloy", "Hello.")], worker=worker, speaking=())
        return await listing(folder)

    monkeypatch.setattr(keeper.store, "objects", claim_and_list)
    assert await keeper.sweeper.sweep("ab") == 0
    assert stored(tmp_path) == {key("ab")}


async def test_nobody_speaks_an_orphan_while_it_is_deleted(
    database: Database, keeper: Keeping, clock: VirtualClock
) -> None:
    claims = await keeper.dropping.claim_orphans([key("ab")])
    worker, library = await make_worker(database), PostgresSegments(database)
    wanted = [Wanted(key("ab"), "test", "alloy", "Hello.")]
    found = await library.find_or_claim(wanted, worker=worker, speaking=())
    assert not found.ready
    assert not found.ours
    await keeper.dropping.delete_dropped(claims)
    found = await library.find_or_claim(wanted, worker=worker, speaking=())
    assert list(found.ours) == [key("ab")]


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
async def test_a_sweeper_killed_between_two_steps_is_finished_by_the_next_runs(
    database: Database, clock: VirtualClock, tmp_path: Path, step: int
) -> None:
    """The steps: rows read | objects listed | orphans claimed | one deleted | another deleted | rows deleted."""
    seams = Seams(die_before=step)
    dying = keeping(database, tmp_path, clock, seams=seams)
    for digits in ("ab1", "ab2"):
        put_there(tmp_path, object_name(key(digits)), age=2 * HOUR, clock=clock)
    with pytest.raises(Killed):
        await dying.sweeper.sweep("ab")
    clock.advance(15 * SECOND)
    healthy = keeping(database, tmp_path, clock)
    await healthy.collector.run_once()
    await healthy.sweeper.sweep("ab")
    assert stored(tmp_path) == await keys_of(database) == set()


@pytest.mark.parametrize("damage", ["gone", "cut short"])
async def test_a_lost_segment_is_spoken_again_when_it_is_wanted_and_keeps_its_owners(
    database: Database,
    process: Making,
    keeper: Keeping,
    clock: VirtualClock,
    voice: ScriptedVoice,
    tmp_path: Path,
    damage: str,
) -> None:
    user = await make_user(database)
    await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    await process.work()
    await database.fetch("delete from alarms")  # nothing is to be played any more
    before = await keys_of(database)
    if damage == "gone":
        lose(tmp_path, before)
    else:
        for one in before:
            (tmp_path / object_name(one)).write_bytes(b"half")
    owners = await database.fetch("select * from onealarm.segment_users order by key")
    assert owners
    assert await sweep_all(keeper) == len(before)
    assert await keys_of(database) == before
    assert await database.fetch("select * from onealarm.segment_users order by key") == owners
    assert sum(event.segments for event in keeper.seen if isinstance(event, SoundLost)) == len(before)

    alarm = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)
    assert await process.work() == 1
    assert [times for text, times in voice.calls.items() if "Sarah" in text] == [2]
    assert await database.value("select max(times_claimed) from onealarm.segments") == 1, "nobody died over it"
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    assert await process.composer.read(found.audio.briefing, "aac")
    clock.advance(6 * HOUR)
    assert await sweep_all(keeper) == 0


async def test_a_segment_that_was_spoken_again_meanwhile_is_not_lost(
    database: Database, keeper: Keeping, clock: VirtualClock
) -> None:
    old = await put_segment(database, keeper.store, key("ab"))
    await database.fetch("delete from onealarm.segments")
    await put_segment(database, keeper.store, key("ab"))
    assert (await keeper.losses.lose([LostSegment(key("ab"), token=old)])).segments == 0
    assert (await keeper.losses.lose([LostSegment(key("ab"), size=4)])).segments == 0, "its size is another one now"
    assert await database.value("select state from onealarm.segments") == "ready"


async def test_lost_stock_is_laid_in_again(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await process.stocker.run_once()
    lose(tmp_path, await keys_of(database))
    await sweep_all(keeper)
    assert await process.stocker.missing() == [StockVoice("alloy", "en")]
    assert await database.value("select count(*) from audio") == 0, "until then clients are told to play the tone"
    assert await process.stocker.run_once() == 1
    stock = await process.audio.stock("alloy", language="en")
    assert await process.composer.read(stock.briefing, "aac")


async def test_stock_whose_segments_have_no_row_is_laid_in_again(
    database: Database, process: Making, clock: VirtualClock, tmp_path: Path
) -> None:
    await process.stocker.run_once()
    lost = sorted(await keys_of(database))[0]
    await database.fetch("delete from onealarm.segments where key = $1", lost)
    lose(tmp_path, [lost])
    assert await process.stocker.run_once() == 1
    stock = await process.audio.stock("alloy", language="en")
    assert await process.composer.read(stock.briefing, "aac")
    assert await process.stocker.run_once() == 0


async def test_briefings_of_coming_rings_are_made_again_before_anybody_asks(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    past = await make_alarm_in(database, timedelta(minutes=10), now=clock.now())
    await process.work()
    clock.advance(timedelta(minutes=20))
    coming = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    lose(tmp_path, await keys_of(database))
    await sweep_all(keeper)
    rows = {row["alarm_id"]: row["status"] for row in await database.fetch("select alarm_id, status from audio")}
    assert rows == {past.id: "ready", coming.id: "superseded"}, "who asks for what has rung is told then"
    assert await process.work() == 1
    found = await process.audio.of_alarm(coming.id)
    assert found is not None
    assert found.audio is not None
    assert await process.composer.read(found.audio.briefing, "aac")


async def test_the_whole_store_can_be_lost(
    database: Database, process: Making, keeper: Keeping, clock: VirtualClock, tmp_path: Path
) -> None:
    await process.stocker.run_once()
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    lose(tmp_path, await keys_of(database))
    (tmp_path / "segments").rename(tmp_path / "elsewhere")
    await sweep_all(keeper)
    assert await process.stocker.run_once() == 1
    assert await process.work() == 1
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    store = LocalStore(tmp_path)
    for one in (await process.audio.stock("alloy", language="en"), found.audio):
        parts = [part.key for part in one.briefing.parts if not part.key.startswith("pause:")]
        assert all([await store.get(object_name(part)) for part in parts])
