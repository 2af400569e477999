"""Real speech for tests about sound: a few sentences in each of the nine voices, made once per test run."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import cache, partial
from typing import Final

from onealarm.audio.encode import make_segment
from onealarm.audio.level import measure_gain
from onealarm.audio.pause import pause
from onealarm.audio.segment import Recording, Segment
from onealarm.briefing.voices import VOICES
from onealarm.ids import SegmentKey
from onealarm.pipeline.speak import REFERENCE_PASSAGE
from onealarm.processes import ChildProcesses
from onealarm.voices.espeak import EspeakVoice

GREETING: Final = "Good morning, Sarah."
TIME: Final = "It is seven thirty on Tuesday, the fourth of March."
WEATHER: Final = "She sells umbrellas today: fifty-two degrees, with showers from four."
CLOSING: Final = "Have a good day."
SENTENCES: Final = (GREETING, TIME, WEATHER, CLOSING)

Encoded = tuple[Segment, bytes]


@cache
def passages() -> dict[str, Recording]:
    """The reference passage, by voice."""
    return asyncio.run(_passages())


@cache
def spoken() -> dict[str, tuple[Encoded, ...]]:
    """The segments of ``SENTENCES``, by voice, levelled as the pipeline does it."""
    return asyncio.run(_spoken())


def briefing(voice: str) -> list[Encoded]:
    """The sentences with pauses before, between and after them."""
    pieces = [pause(timedelta(milliseconds=500))]
    for number, segment in enumerate(spoken()[voice]):
        pieces += [segment, pause(timedelta(milliseconds=350 + 250 * (number % 2)))]
    return pieces


async def _passages() -> dict[str, Recording]:
    async with ChildProcesses(2) as processes:
        voice = EspeakVoice(processes)
        return {name: await voice.speak(REFERENCE_PASSAGE, voice=name, language="en") for name in VOICES}


async def _spoken() -> dict[str, tuple[Encoded, ...]]:
    known = passages() if passages.cache_info().currsize else await _passages()
    async with ChildProcesses(2) as processes:
        made = await asyncio.gather(*(_sentences(processes, name, known[name]) for name in VOICES))
    return dict(zip(VOICES, made, strict=True))


async def _sentences(processes: ChildProcesses, name: str, passage: Recording) -> tuple[Encoded, ...]:
    voice = EspeakVoice(processes)
    gain_db = await processes.run(measure_gain, passage, within=timedelta(seconds=60))
    made: list[Encoded] = []
    for number, sentence in enumerate(SENTENCES):
        recording = await voice.speak(sentence, voice=name, language="en")
        encode = partial(make_segment, recording, key=SegmentKey(f"{name}-{number}"), gain_db=gain_db)
        made.append(await processes.run(encode, within=timedelta(seconds=60)))
    return tuple(made)
