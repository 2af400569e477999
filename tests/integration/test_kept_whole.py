"""Whatever happens, in whatever order: in the end rows and objects agree, and what is to be played can be."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from onealarm.errors import LostSound, NotFound
from onealarm.events import Events
from onealarm.ids import AudioId, UserId
from onealarm.pipeline.keeping import OWNERLESS_KEPT, UNUSED_KEPT
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.play import Player
from onealarm.postgres.database import Database
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user
from tests.support.keeping import Killed, Seams, keeping, keys_of, stored
from tests.support.making import Making, making
from tests.support.voices import ScriptedVoice

NAMES = ("Sarah", "Tom")
STEPS = 40


class Story:
    """One run of chance. Each method is something that may happen."""

    def __init__(self, database: Database, folder: Path, clock: VirtualClock, process: Making, random: Random) -> None:
        self.database, self.folder, self.clock, self.process, self.random = database, folder, clock, process, random
        self.keeper = keeping(database, folder, clock)
        self.player = Player(composer=process.composer, losses=self.keeper.losses, events=Events())
        self.users: list[UserId] = []

    async def a_user_sets_an_alarm(self) -> None:
        if len(self.users) < 3:
            self.users.append(await make_user(self.database, name=self.random.choice(NAMES)))
        user = self.random.choice(self.users)
        await make_alarm_in(self.database, timedelta(minutes=50), now=self.clock.now(), user_id=user)
        await self.process.work()

    async def a_user_leaves(self) -> None:
        if self.users:
            await self.keeper.departure.delete(self.users.pop(self.random.randrange(len(self.users))))

    async def a_process_dies_while_it_looks_after_the_sound(self) -> None:
        dying = keeping(self.database, self.folder, self.clock, seams=Seams(die_before=self.random.randint(1, 4)))
        try:
            if self.users and self.random.random() < 0.5:
                await dying.departure.delete(self.users.pop())
            await dying.collector.run_once()
            await dying.sweeper.run_once()
        except Killed:
            self.clock.advance(timedelta(seconds=16))  # who wants what it was at waits for its claim to lapse

    async def objects_are_lost(self) -> None:
        for key in self.random.sample(sorted(stored(self.folder)), k=min(2, len(stored(self.folder)))):
            (self.folder / object_name(key)).unlink()

    async def rows_are_lost(self) -> None:
        keys = sorted(await keys_of(self.database))
        if keys:
            await self.database.fetch("delete from onealarm.segments where key = $1", self.random.choice(keys))

    async def somebody_listens(self) -> None:
        rows = await self.database.fetch("select id from audio where status = 'ready' order by generated_at, id")
        if rows:
            await self.listen(self.random.choice(rows)["id"])

    async def listen(self, audio_id: UUID) -> bool:
        try:
            audio = await self.process.audio.find(AudioId(audio_id))
            return bool(await self.player.read(audio.briefing, "aac", making=audio.making))
        except (LostSound, NotFound):
            return False

    async def time_passes(self) -> None:
        hours = self.random.choice((timedelta(seconds=20), timedelta(minutes=30), timedelta(hours=7), UNUSED_KEPT))
        self.clock.advance(hours)
        await self.process.audio.expire()

    async def the_services_run(self) -> None:
        await self.keeper.collector.run_once()
        await self.process.stocker.run_once()
        await self.sweep()
        await self.process.work()

    async def sweep(self) -> None:
        """Every slice in which there is something; the files are of the test's time, and old enough to be judged."""
        changed = (self.clock.now() - timedelta(hours=2)).timestamp()
        for path in self.folder.rglob("*.aac"):
            os.utime(path, (changed, changed))
        for part in sorted({key[:2] for key in await keys_of(self.database) | stored(self.folder)}):
            await self.keeper.sweeper.sweep(part)

    async def all_is_calm(self) -> None:
        """Long enough for every service to have been everywhere."""
        for _ in range(2):
            self.clock.advance(max(OWNERLESS_KEPT, timedelta(hours=6)) + timedelta(seconds=1))
            await self.keeper.collector.run_once()
            await self.sweep()
            await self.process.stocker.run_once()


@pytest.mark.parametrize("seed", range(3))
async def test_in_the_end_all_is_whole(database: Database, tmp_path: Path, clock: VirtualClock, seed: int) -> None:
    random = Random(seed)
    async with making(database, tmp_path, ScriptedVoice()) as process:
        story = Story(database, tmp_path, clock, process, random)
        happenings = [
            story.a_user_sets_an_alarm,
            story.a_user_sets_an_alarm,
            story.a_user_leaves,
            story.a_process_dies_while_it_looks_after_the_sound,
            story.objects_are_lost,
            story.rows_are_lost,
            story.somebody_listens,
            story.time_passes,
            story.the_services_run,
        ]
        for _ in range(STEPS):
            await random.choice(happenings)()
        await story.all_is_calm()

        ready = await database.fetch("select key from onealarm.segments where state = 'ready'")
        assert {row["key"] for row in ready} == stored(tmp_path), "no orphan either way"
        assert await database.value("select count(*) from onealarm.segments where state = 'dropping'") == 0
        ownerless = (
            "select count(*) from onealarm.segments s where text is null"
            " and not exists (select from onealarm.segment_users u where u.key = s.key)"
        )
        assert await database.value(ownerless) == 0
        stock = await process.audio.stock("alloy", language="en")
        assert await story.listen(stock.id), "the floor is there"

        await make_alarm_in(database, timedelta(minutes=50), now=clock.now())
        assert await process.work() == 1
        rows = await database.fetch("select id from audio where ring_at > onealarm.now() and status = 'ready'")
        assert rows
        assert all([await story.listen(row["id"]) for row in rows])
