"""Requirements R1 to R6 and R10: when a briefing is made, what is shared, what an edit leaves, sources that fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest

from onealarm.alarms.preferences import Preferences
from onealarm.audio.decode import decode
from onealarm.bootstrap import Parts
from onealarm.briefing.facts import Event, Game, Headline
from onealarm.errors import SourceUnavailable, VoiceFailed
from onealarm.events import SectionMissing
from onealarm.ids import AlarmId
from onealarm.jobs.job import JobState
from onealarm.maintenance.repairer import Repairer
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import Audio
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.repairs import PostgresRepairs
from tests.api.support import alarm_of, make_due_briefings
from tests.support.clock import NOON, VirtualClock
from tests.support.content import FETCHED, ScriptedSource, Vendors
from tests.support.factories import make_alarm, make_alarm_in, make_user
from tests.support.making import Making, making
from tests.support.voices import ScriptedVoice

AHEAD: Final = timedelta(minutes=50)
OWN_FEED: Final = "https://own.example/feed"
TRAM: Final = Headline("City council approves new tram line", "Wire", None, FETCHED)


async def state_of(process: Making, alarm_id: AlarmId) -> JobState | None:
    found = await process.audio.of_alarm(alarm_id)
    assert found is not None
    return found.job_state


async def audio_of(process: Making, alarm_id: AlarmId) -> Audio:
    found = await process.audio.of_alarm(alarm_id)
    assert found is not None
    assert found.audio is not None, found.reason
    return found.audio


async def test_r1_work_begins_58_minutes_before_the_ring_and_is_done_half_an_hour_before_it(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    """The voice takes a sixth of the time that its words last; the clock moves with it."""
    voice.when_asked = lambda text: clock.advance(timedelta(seconds=len(text) / 15.3 / 6))
    ring = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 07:00 in Oslo
    alarm = await make_alarm(database, days=(1, 2, 3, 4, 5), timezone="Europe/Oslo")
    assert alarm.next_ring_at == ring
    clock.set(ring - timedelta(minutes=58, seconds=1))
    assert await process.work() == 0
    assert await state_of(process, alarm.id) == JobState.WAITING
    clock.advance(timedelta(seconds=1))
    seen: list[JobState | None] = []
    await process.queue.beat(process.worker.id)
    assert await process.worker.claim_once() == 1
    seen.append(await state_of(process, alarm.id))
    await process.worker.finish()
    seen.append(await state_of(process, alarm.id))
    assert seen == [JobState.LEASED, JobState.DONE]
    assert (await audio_of(process, alarm.id)).generated_at < ring - timedelta(minutes=30)


async def test_r2_nobody_waits_for_the_words_of_another(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice
) -> None:
    """The greeting of one cannot be spoken at all; that of the other, and what both hear, can."""
    alarms = {}
    for name in ("Sarah", "Tom"):
        user = await make_user(database, name=name)
        alarms[name] = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user)

    def refuse_tom(text: str) -> None:
        if "Tom" in text:
            raise VoiceFailed("it cannot say that")

    voice.when_asked = refuse_tom
    assert await process.work() == 2
    assert await state_of(process, alarms["Sarah"].id) == JobState.DONE
    assert await state_of(process, alarms["Tom"].id) == JobState.WAITING
    assert all(count == 1 for text, count in voice.calls.items() if "Tom" not in text)


async def test_r4_the_same_facts_give_the_same_words_keys_and_bytes(
    database: Database, process: Making, clock: VirtualClock, tmp_path: Path
) -> None:
    """Once more in a process and a store of its own, which has nothing of the first."""
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    first = await audio_of(process, alarm.id)
    sound = await process.composer.read(first.briefing, "m4a")
    await database.fetch("delete from onealarm.segments")
    async with making(database, tmp_path / "other", ScriptedVoice()) as other:
        await PostgresAlarms(database).change(alarm.id, user_id=alarm.user_id, changes={"label": "a"})
        await PostgresAlarms(database).change(alarm.id, user_id=alarm.user_id, changes={"label": alarm.label})
        assert await other.work() == 1
        again = await audio_of(other, alarm.id)
        assert again.generated_at >= first.generated_at
        assert again.briefing.sections == first.briefing.sections
        assert again.briefing.parts == first.briefing.parts
        assert await other.composer.read(again.briefing, "m4a") == sound
    assert decode(sound).any()


@pytest.mark.parametrize("change", ["voice", "engine"])
async def test_r4_another_voice_or_engine_has_other_keys(
    database: Database, process: Making, clock: VirtualClock, tmp_path: Path, change: str
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    await process.work()
    before = {part.key for part in (await audio_of(process, alarm.id)).briefing.parts}
    voice = ScriptedVoice()
    if change == "engine":
        voice.engine = "scripted-2"
    async with making(database, tmp_path, voice) as other:
        wanted = {"voice": "onyx"} if change == "voice" else {"name": "Sara"}
        await PostgresPeople(database).change_preferences(alarm.user_id, wanted)
        assert await other.work() == 1
        after = {part.key for part in (await audio_of(other, alarm.id)).briefing.parts}
    assert not {key for key in before & after if not key.startswith("pause:")}


@pytest.mark.parametrize("minutes", [10, 2])
async def test_r5_an_alarm_that_is_near_has_its_briefing_at_once(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice, minutes: int
) -> None:
    voice.when_asked = lambda text: clock.advance(timedelta(seconds=len(text) / 15.3 / 6))
    alarm = await make_alarm_in(database, timedelta(minutes=minutes), now=clock.now())
    assert await process.work() == 1
    assert await state_of(process, alarm.id) == JobState.DONE
    assert clock.now() < NOON + timedelta(minutes=1)


async def test_r5_an_alarm_in_a_minute_plays_what_is_there_and_is_never_an_error(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    """Sarah's clock shows 07:00. There is stock in her voice; in another there is the client's own tone."""
    await parts.stocker.run_once()
    alarm = await alarm_of(sarah, "07:01")

    async def told() -> tuple[str, str]:
        answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).raise_for_status().json()
        return answer["status"], answer["tier"]

    assert await told() == ("waiting", "stock")
    (await sarah.patch("/v1/users/me/preferences", json={"voice": "verse"})).raise_for_status()
    assert await told() == ("waiting", "tone")
    await make_due_briefings(parts)
    assert await told() == ("ready", "full")


@pytest.mark.parametrize("change", ["time", "voice", "off"])
async def test_r6_after_an_edit_the_old_briefing_is_not_offered_and_its_segments_serve_again(
    database: Database, process: Making, clock: VirtualClock, voice: ScriptedVoice, change: str
) -> None:
    alarm = await make_alarm_in(database, AHEAD, now=clock.now())
    assert alarm.next_ring_at is not None
    await process.work()
    old = await audio_of(process, alarm.id)
    alarms = PostgresAlarms(database)
    if change == "voice":
        await PostgresPeople(database).change_preferences(alarm.user_id, {"voice": "onyx"})
    else:
        later = alarm.next_ring_at + timedelta(minutes=1)
        changes = {"time": later.time()} if change == "time" else {"active": False}
        await alarms.change(alarm.id, user_id=alarm.user_id, changes=changes)
    found = await process.audio.of_alarm(alarm.id)
    assert found is None or found.audio is None, "at once, and not only after the next round"
    if change == "off":
        assert await process.work() == 0
        return
    shared = {text for text in voice.calls if "Sarah" not in text}
    voice.calls.clear()
    assert await process.work() == 1
    new = await audio_of(process, alarm.id)
    assert new.briefing.etag != old.briefing.etag
    if change == "time":
        assert shared & {section.text for section in new.briefing.sections}
        assert not shared & set(voice.calls), "what is shared and still true is not spoken again"


@pytest.fixture
def vendors() -> Vendors:
    made = Vendors()
    made.news.feeds |= {"en:world": (TRAM,), OWN_FEED: (TRAM,)}
    made.sport.teams["7"] = (Game("Lakers", "Celtics", NOON - timedelta(hours=12), "final", 102, 99),)
    return made


@pytest.fixture
async def informed(database: Database, tmp_path: Path, voice: ScriptedVoice, vendors: Vendors) -> AsyncIterator[Making]:
    async with making(database, tmp_path, voice, vendors=vendors) as built:
        yield built


TELLS: Final = {"weather": "weather", "news": "news", "sport": "sport", "markets": "market", "calendar": "calendar"}
"""The word by which a section announces itself."""


@pytest.mark.parametrize("down", [*TELLS, "all"])
async def test_r10_a_source_that_is_down_costs_its_section_and_nothing_speaks_of_it(
    database: Database, informed: Making, clock: VirtualClock, vendors: Vendors, down: str
) -> None:
    vendors.calendar.entries = (Event("Dentist", NOON + timedelta(hours=2), NOON + timedelta(hours=3)),)
    wanted = Preferences(
        timezone="UTC",
        name="Sarah",
        place_name="Oslo",
        latitude=59.91,
        longitude=10.75,
        news_categories=("world",),
        teams=("7",),
        tickers=("AAPL",),
        calendar_url="https://calendar.example/private.ics",
    )
    user = await PostgresPeople(database).create(wanted)
    for kind in TELLS if down == "all" else (down,):
        source: ScriptedSource = getattr(vendors, kind)
        source.fails = SourceUnavailable(kind, "it is down")
    alarm = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user.id)
    assert await informed.work() == 1
    audio = await audio_of(informed, alarm.id)
    said = {section.kind: section.text for section in audio.briefing.sections}
    gone = set(TELLS) if down == "all" else {down}
    assert {"greeting", "date", "closing"} <= said.keys()
    assert said.keys() & TELLS.keys() == TELLS.keys() - gone
    missing = {
        event.section: event.reason for event in informed.seen(SectionMissing) if isinstance(event, SectionMissing)
    }
    assert missing.keys() == gone
    assert all(missing.values())
    spoken = " ".join(said.values()).lower()
    assert not [kind for kind in gone if TELLS[kind] in spoken]
    assert (audio.briefing.tier, audio.briefing.missing) == ("full", missing)


async def test_r10_a_section_whose_source_comes_back_is_told_after_all(
    database: Database, informed: Making, clock: VirtualClock, vendors: Vendors
) -> None:
    user = await PostgresPeople(database).create(Preferences(timezone="UTC", name="Sarah", teams=("7",)))
    alarm = await make_alarm_in(database, AHEAD, now=clock.now(), user_id=user.id)
    vendors.sport.fails = SourceUnavailable("sport", "it is down")
    assert await informed.work() == 1
    assert (await audio_of(informed, alarm.id)).briefing.missing == {"sport": "sport: it is down"}
    vendors.sport.fails = None
    repairer = Repairer(PostgresRepairs(database), is_calm=lambda: True)
    clock.advance(timedelta(minutes=14))
    assert await repairer.run_once() == 0, "it rests first"
    clock.advance(timedelta(minutes=1))
    assert await repairer.run_once() == 1
    assert await informed.work() == 1
    briefing = (await audio_of(informed, alarm.id)).briefing
    assert "sport" in {section.kind for section in briefing.sections}
    assert briefing.missing == {}
    clock.advance(timedelta(minutes=15))
    assert await repairer.run_once() == 0
