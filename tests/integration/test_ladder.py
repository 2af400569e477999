"""The ladder: whatever fails there is a briefing, which tells its tier and reason and is made again in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onealarm.briefing.facts import Headline
from onealarm.control.emergency import Level
from onealarm.control.orders import no_orders
from onealarm.control.plan.advance import AdvancePlan
from onealarm.errors import BadInput, Permanent, VoiceFailed
from onealarm.events import Events, ResultRefused
from onealarm.maintenance.repairer import Repairer
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.repairs import PostgresRepairs
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.follower import Follower
from onealarm.worker.tiers import OrderedTiers
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in, make_user
from tests.support.making import Making, ScriptedNews, making
from tests.support.voices import ScriptedVoice

AHEAD = timedelta(minutes=50)


class NamedVoice(ScriptedVoice):
    def __init__(self, engine: str) -> None:
        super().__init__()
        self.engine = engine


@pytest.fixture
def first() -> NamedVoice:
    return NamedVoice("first-1")


@pytest.fixture
def second() -> NamedVoice:
    return NamedVoice("second-1")


@pytest.fixture
async def process(
    database: Database, tmp_path: Path, voice: ScriptedVoice, first: NamedVoice, second: NamedVoice
) -> AsyncIterator[Making]:
    async with making(database, tmp_path, voice, better=(first, second)) as built:
        yield built


def fail(voice: ScriptedVoice, error: Exception) -> None:
    """From now on, whatever it is asked."""
    voice.failures = [error] * 1_000


async def make(database: Database, process: Making, clock: VirtualClock, ahead: timedelta = AHEAD) -> Briefing:
    alarm = await make_alarm_in(database, ahead, now=clock.now())
    assert await process.work() == 1
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None, found.reason
    return found.audio.briefing


async def test_the_first_choice_speaks_while_it_can(
    database: Database, process: Making, clock: VirtualClock, second: NamedVoice, voice: ScriptedVoice
) -> None:
    briefing = await make(database, process, clock)
    assert (briefing.tier, briefing.reason, briefing.engine) == ("full", None, "first-1")
    assert not second.calls
    assert not voice.calls


@pytest.mark.parametrize(
    "error", [VoiceFailed("it is down"), Permanent("no quota is left"), BadInput("voice", "is not had", "Give another")]
)
async def test_where_it_cannot_all_of_the_briefing_is_spoken_by_the_next(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, error: Exception
) -> None:
    fail(first, error)
    briefing = await make(database, process, clock)
    assert (briefing.tier, briefing.reason, briefing.engine) == ("full", str(error), "second-1")


async def test_where_nobody_can_the_local_voice_speaks_and_the_tier_says_so(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    fail(first, VoiceFailed("it is down"))
    fail(second, VoiceFailed("so is it"))
    briefing = await make(database, process, clock)
    assert (briefing.tier, briefing.reason, briefing.engine) == ("local", "so is it", "scripted-1")


async def test_one_that_hangs_is_left_in_time_for_the_others(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    """The deadline is in half a minute for each of the two below, and a little more."""
    first.held = asyncio.Event()
    fail(second, VoiceFailed("it is down"))
    briefing = await make(database, process, clock, timedelta(minutes=6, seconds=0.3))
    assert (briefing.tier, briefing.engine) == ("local", "scripted-1")
    assert first.calls
    assert second.calls


async def test_after_the_deadline_there_is_still_the_local_voice(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    first.held = second.held = asyncio.Event()
    briefing = await make(database, process, clock, timedelta(seconds=40))
    assert (briefing.tier, briefing.reason) == ("local", "second-1: there was no time for it")


async def test_what_a_failing_provider_left_to_the_local_voice_is_made_again_when_it_has_rested(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    repairer = Repairer(PostgresRepairs(database), is_calm=lambda: True)
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    fail(first, VoiceFailed("it is down"))
    fail(second, VoiceFailed("so is it"))
    await process.work()
    clock.advance(timedelta(minutes=4))
    assert await repairer.run_once() == 0
    clock.advance(timedelta(minutes=1))
    assert await repairer.run_once() == 1
    assert await process.work() == 1
    assert await repairer.run_once() == 0, "the same again, and it rests again"
    first.failures = []
    clock.advance(timedelta(minutes=5))
    assert await repairer.run_once() == 1
    assert await process.work() == 1
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    assert (found.audio.briefing.tier, found.audio.briefing.reason) == ("full", None)
    clock.advance(timedelta(minutes=5))
    assert await repairer.run_once() == 0


async def test_a_repair_never_makes_a_briefing_worse(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    """It lacks a section; when that is tried again, no voice can be had but the local one."""
    repairer = Repairer(PostgresRepairs(database), is_calm=lambda: True)
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    await database.fetch('update audio set missing = \'{"sport": "it was down"}\'')
    clock.advance(timedelta(minutes=14))
    assert await repairer.run_once() == 0
    clock.advance(timedelta(minutes=1))
    assert await repairer.run_once() == 1
    fail(first, VoiceFailed("it is down"))
    fail(second, VoiceFailed("so is it"))
    assert await process.work() == 1
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    assert (found.audio.briefing.tier, found.audio.briefing.engine) == ("full", "first-1")
    assert not process.seen(ResultRefused)
    clock.advance(timedelta(minutes=1))
    assert await repairer.run_once() == 0, "it rests again"


async def test_a_client_that_has_the_sound_does_not_fetch_the_same_again(
    database: Database, process: Making, clock: VirtualClock, first: NamedVoice, second: NamedVoice
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    fail(first, VoiceFailed("it is down"))
    fail(second, VoiceFailed("so is it"))
    await process.work()
    found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None
    await process.audio.save_cache_status(found.audio.id, user_id=alarm.user_id, status="armed")
    clock.advance(timedelta(minutes=5))
    await Repairer(PostgresRepairs(database), is_calm=lambda: True).run_once()
    await process.work()
    again = await process.audio.of_alarm(alarm.id)
    assert again is not None
    assert again.audio is not None
    assert again.audio.generated_at > found.audio.generated_at
    assert again.audio.cache_status == "armed"


@pytest.mark.parametrize(
    ("level", "minutes", "tier", "engine", "has_news"),
    [
        (Level.SHORT, 20, "full", "first-1", True),  # nobody's turn
        (Level.LOCAL, 20, "local", "scripted-1", False),
        (Level.LOCAL, 40, "short", "first-1", False),
    ],
)
async def test_when_providers_are_away_critical_ones_are_short_and_made_here_and_the_others_ask_on(
    database: Database,
    tmp_path: Path,
    clock: VirtualClock,
    voice: ScriptedVoice,
    first: NamedVoice,
    *,
    level: Level,
    minutes: int,
    tier: str,
    engine: str,
    has_news: bool,
) -> None:
    time = DatabaseTime(steady=lambda: clock.now().timestamp())
    time.hear(clock.now())
    follower = Follower(PostgresControl(database), time=time, events=Events())
    plan = AdvancePlan(1, clock.now(), clock.now() + timedelta(hours=1), (0,) * 60)
    follower.orders = replace(no_orders(clock.now()), plan=plan, level=level)
    tiers = OrderedTiers(follower, wallet=None, now=time.now)
    user = await make_user(database)
    await database.fetch("update user_preferences set feeds = '{https://news.example/}' where user_id = $1", user)
    said = [Headline("Ferry service resumes", "The Fjord Post", None, clock.now())]
    news = ScriptedNews({"https://news.example/": said})
    async with making(database, tmp_path, voice, better=(first,), news=news, tiers=tiers) as process:
        alarm = await make_alarm_in(database, timedelta(minutes=minutes), now=clock.now(), user_id=user)
        assert await process.work() == 1
        found = await process.audio.of_alarm(alarm.id)
    assert found is not None
    assert found.audio is not None, found.reason
    briefing = found.audio.briefing
    reason = None if tier == "full" else "too much to do"
    assert (briefing.tier, briefing.engine, briefing.reason) == (tier, engine, reason)
    assert any(section.kind == "news" for section in briefing.sections) == has_news
