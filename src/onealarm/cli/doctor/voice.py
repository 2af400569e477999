"""The voice: does every one of them speak?"""

from __future__ import annotations

from onealarm.briefing.voices import VOICES
from onealarm.cli.doctor.finding import Finding, of_error
from onealarm.errors import OneAlarmError
from onealarm.processes import ChildProcesses
from onealarm.voices.espeak import EspeakVoice

_WORD = "Good morning."


async def look_at_voice() -> tuple[str, Finding]:
    """The engine, and what came of a word in each of its voices."""
    failures: dict[str, OneAlarmError] = {}
    async with ChildProcesses(1) as processes:
        espeak = EspeakVoice(processes)
        for voice in VOICES:
            try:
                await espeak.speak(_WORD, voice=voice, language="en")
            except OneAlarmError as error:
                failures[voice] = error
    return espeak.engine, _judge(failures, espeak.engine)


def _judge(failures: dict[str, OneAlarmError], engine: str) -> Finding:
    if not failures:
        return Finding("voice", f"all {len(VOICES)} voices of {engine} speak")
    first = of_error("voice", next(iter(failures.values())))
    silent = f"{len(failures)} of {len(VOICES)} voices do not speak ({', '.join(failures)})"
    return Finding("voice", f"{silent}: {first.found}", "Install the package espeakng-loader again")
