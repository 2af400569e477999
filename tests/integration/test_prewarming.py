"""What several will hear is spoken before the first of them is due, and nobody's own words are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from onealarm.alarms.preferences import Preferences
from onealarm.briefing.script import Sentence
from onealarm.errors import VoiceFailed
from onealarm.events import Events
from onealarm.maintenance.prewarmer import Prewarmer, Shared, in_order
from onealarm.pipeline.gather import Gather
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.prewarming import PostgresPrewarming
from onealarm.postgres.wishes import PostgresWishes
from onealarm.writers.template import TemplateWriter
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_alarm_in
from tests.support.making import Making, ScriptedNews
from tests.support.voices import ScriptedVoice

LEAD = timedelta(minutes=58)
SOON = LEAD + timedelta(minutes=30)
NAMES = ("Ada", "Grace", "Edsger")


def prewarmer(database: Database, process: Making, *, has_room: Callable[[], bool] = lambda: True) -> Prewarmer:
    events = Events([])
    return Prewarmer(
        PostgresPrewarming(database),
        wishes=PostgresWishes(database),
        gather=Gather(news=ScriptedNews(), events=events),
        writer=TemplateWriter(events),
        speaker=process.speaker,
        has_room=has_room,
    )


async def people_wake(
    database: Database, clock: VirtualClock, *, ahead: timedelta = SOON, voice: str = "alloy"
) -> None:
    for name in NAMES:
        user = await PostgresPeople(database).create(Preferences(timezone="UTC", name=name, voice=voice))
        await make_alarm_in(database, ahead, now=clock.now(), user_id=user.id)


async def test_the_wave_finds_all_that_is_shared_and_speaks_only_what_is_somebodys_own(
    database: Database, clock: VirtualClock, process: Making, voice: ScriptedVoice
) -> None:
    await people_wake(database, clock)
    await process.queue.beat(process.worker.id)
    warm = prewarmer(database, process)
    made = await warm.run_once()
    assert made >= 4, "welcome, date, time and closing"
    assert not any(name in text for text in voice.calls for name in NAMES)
    assert await warm.run_once() == 0, "it remembers"
    voice.calls.clear()
    clock.advance(SOON - LEAD + timedelta(seconds=1))
    assert await process.work() == len(NAMES)
    assert len(voice.calls) == len(NAMES), "a salutation each"
    assert all(any(name in text for name in NAMES) for text in voice.calls)


async def test_without_it_the_wave_speaks_the_shared_sentences_itself(
    database: Database, clock: VirtualClock, process: Making, voice: ScriptedVoice
) -> None:
    await people_wake(database, clock)
    clock.advance(SOON - LEAD + timedelta(seconds=1))
    assert await process.work() == len(NAMES)
    assert len(voice.calls) >= len(NAMES) + 4


async def test_what_one_alone_will_hear_and_what_is_further_away_than_an_hour_waits(
    database: Database, clock: VirtualClock, process: Making, voice: ScriptedVoice
) -> None:
    await make_alarm_in(database, SOON, now=clock.now())
    await people_wake(database, clock, ahead=LEAD + timedelta(minutes=61), voice="nova")
    await process.queue.beat(process.worker.id)
    assert await prewarmer(database, process).run_once() == 0
    assert not voice.calls


async def test_it_begins_nothing_while_there_is_no_room_and_stops_when_it_goes(
    database: Database, clock: VirtualClock, process: Making, voice: ScriptedVoice
) -> None:
    await people_wake(database, clock)
    await process.queue.beat(process.worker.id)
    assert await prewarmer(database, process, has_room=lambda: False).run_once() == 0
    assert not voice.calls
    made = await prewarmer(database, process, has_room=lambda: not voice.calls).run_once()
    assert 0 < made <= 4, "those that were begun, and no more"


async def test_a_voice_that_fails_is_left_to_the_briefings_and_asked_again(
    database: Database, clock: VirtualClock, process: Making, voice: ScriptedVoice
) -> None:
    await people_wake(database, clock)
    await process.queue.beat(process.worker.id)
    warm = prewarmer(database, process)
    voice.failures = [VoiceFailed("crashed") for _ in range(100)]
    assert await warm.run_once() == 0
    voice.failures.clear()
    assert await warm.run_once() >= 4


def test_the_earliest_ring_goes_first_then_what_most_wait_for() -> None:
    def heard(text: str, alarms: int, minute: int) -> Shared:
        return Shared(Sentence(text, text), "alloy", "en", alarms, NOON + timedelta(minutes=minute))

    coming = [heard("later", 9, 2), heard("few", 2, 1), heard("many", 5, 1), heard("one", 1, 0), heard("both", 1, 3)]
    ordered = in_order([*coming, heard("both", 1, 0)])
    assert [(one.sentence.text, one.alarms) for one in ordered] == [("both", 2), ("many", 5), ("few", 2), ("later", 9)]
