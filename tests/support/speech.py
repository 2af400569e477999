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
from onealarm.briefing.passages import PASSAGES
from onealarm.briefing.voices import VOICES
from onealarm.ids import SegmentKey
from onealarm.processes import ChildProcesses
from onealarm.voices.espeak import EspeakVoice

GREETING: Final = "Good morning, Sarah."
TIME: Final = "It is seven thirty on Tuesday, the fourth of March."
WEATHER: Final = "She sells umbrellas today: fifty-two degrees, with showers from four."
CLOSING: Final = "Have a good day."
SENTENCES: Final = (GREETING, TIME, WEATHER, CLOSING)
GERMAN_SENTENCES: Final = (
    "Guten Morgen, Sarah.",
    "Heute ist Dienstag, der vierte März.",
    "Das Wetter für Köln: Nieselregen, dazu zwölf Grad, mit Schauern ab sechzehn Uhr.",
    "Hab einen schönen Tag.",
)

Encoded = tuple[Segment, bytes]


@cache
def passages(language: str = "en") -> dict[str, Recording]:
    """The reference passage, by voice."""
    return asyncio.run(_passages(language))


@cache
def spoken(language: str = "en") -> dict[str, tuple[Encoded, ...]]:
    """The segments of ``SENTENCES``, by voice, levelled as the pipeline does it."""
    return asyncio.run(_spoken(language))


def briefing(voice: str, language: str = "en") -> list[Encoded]:
    """The sentences with pauses before, between and after them."""
    pieces = [pause(timedelta(milliseconds=500))]
    for number, segment in enumerate(spoken(language)[voice]):
        pieces += [segment, pause(timedelta(milliseconds=350 + 250 * (number % 2)))]
    return pieces


async def _passages(language: str) -> dict[str, Recording]:
    async with ChildProcesses(2) as processes:
        voice = EspeakVoice(processes)
        return {
            name: (await voice.speak(PASSAGES[language], voice=name, language=language)).recording for name in VOICES
        }


async def _spoken(language: str) -> dict[str, tuple[Encoded, ...]]:
    known = await _passages(language)
    async with ChildProcesses(2) as processes:
        made = await asyncio.gather(*(_sentences(processes, name, known[name], language) for name in VOICES))
    return dict(zip(VOICES, made, strict=True))


async def _sentences(processes: ChildProcesses, name: str, passage: Recording, language: str) -> tuple[Encoded, ...]:
    voice = EspeakVoice(processes)
    gain_db = await processes.run(measure_gain, passage, within=timedelta(seconds=60))
    made: list[Encoded] = []
    for number, sentence in enumerate(SENTENCES if language == "en" else GERMAN_SENTENCES):
        recording = (await voice.speak(sentence, voice=name, language=language)).recording
        encode = partial(make_segment, recording, key=SegmentKey(f"{name}-{number}"), gain_db=gain_db)
        made.append(await processes.run(encode, within=timedelta(seconds=60)))
    return tuple(made)
