"""Voices that are commands: a good one, Piper's, and all that a bad one can do."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import psutil
import pytest

from onealarm.errors import BadInput, SetupError, VoiceFailed
from onealarm.processes import ChildProcesses
from onealarm.voices.command import Command, CommandVoice
from onealarm.voices.piper import piper_voice

SPEAKS: Final = """
import sys, wave
text = sys.stdin.read()
with wave.open(sys.argv[1] if sys.argv[1:] else sys.stdout.buffer, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
    file.writeframes(b"\\x00\\x10\\x00\\xf0" * (400 * len(text)))
"""
"""A program that says so many samples for each character."""

PIPER: Final = """#!{python}
import sys, wave
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert options["--model"].endswith(".onnx"), options
text = sys.stdin.read()
with wave.open(options["--output-file"], "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
    file.writeframes(b"\\x00\\x10\\x00\\xf0" * (500 * len(text)))
"""
"""As piper1-gpl's command line documents it."""


@pytest.fixture
async def processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses(1) as one:
        yield one


def voice(processes: ChildProcesses, program: str, *arguments: str) -> CommandVoice:
    return CommandVoice(Command("mine", (sys.executable, "-c", program, *arguments)), processes=processes)


@pytest.mark.parametrize("arguments", [("{output}",), ()], ids=["to a file", "to stdout"])
async def test_a_command_speaks(processes: ChildProcesses, arguments: tuple[str, ...]) -> None:
    said = await voice(processes, SPEAKS, *arguments).speak("Grüß Gott", voice="alloy", language="de")
    assert (said.recording.sample_rate, said.recording.samples) == (16_000, 800 * len("Grüß Gott"))
    assert said.charge is None


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("import sys; sys.exit(3)", "status 3"),
        ("print('no sound')", "is no sound"),
        ("", "Nothing came"),
        ("import sys; sys.stderr.write('x' * 10_000_000); sys.exit(1)", "status 1"),
    ],
)
async def test_a_command_that_fails_is_told(processes: ChildProcesses, program: str, problem: str) -> None:
    with pytest.raises(VoiceFailed, match=problem):
        await voice(processes, program).speak("Hello", voice="alloy", language="en")


async def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    processes: ChildProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onealarm.voices.command.AT_LEAST", timedelta())
    started = tmp_path / "started"
    program = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(started)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)"
    )
    text = "Hello " * 30
    with pytest.raises(VoiceFailed, match="took longer than"):
        await voice(processes, program).speak(text, voice="alloy", language="en")
    child = int(started.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


async def test_a_missing_program_is_told(processes: ChildProcesses) -> None:
    missing = CommandVoice(Command("mine", ("/nowhere/speak",)), processes=processes)
    with pytest.raises(VoiceFailed, match="cannot be started"):
        await missing.speak("Hello", voice="alloy", language="en")


async def test_a_voice_that_the_command_has_not_is_refused(processes: ChildProcesses) -> None:
    command = Command("mine", (sys.executable, "-c", SPEAKS), {"de/alloy": "karl", "nova": "nora"})
    for name, language in (("alloy", "en"), ("sage", "de")):
        with pytest.raises(BadInput, match="has no"):
            await CommandVoice(command, processes=processes).speak("Hello", voice=name, language=language)
    said = await CommandVoice(command, processes=processes).speak("Hello", voice="nova", language="en")
    assert said.recording.samples


async def test_piper_speaks_with_its_voice_files(processes: ChildProcesses, tmp_path: Path) -> None:
    program, model = tmp_path / "piper", tmp_path / "en.onnx"
    program.write_text(PIPER.format(python=sys.executable))
    program.chmod(0o755)
    with pytest.raises(SetupError, match=r"en\.onnx"):
        piper_voice("piper", {"alloy": model}, processes=processes, program=str(program))
    model.touch()
    (tmp_path / "en.onnx.json").write_text("{}")
    with pytest.raises(SetupError, match="no program"):
        piper_voice("piper", {"alloy": model}, processes=processes, program="/nowhere/piper")
    piper = piper_voice("piper", {"alloy": model}, processes=processes, program=str(program))
    said = await piper.speak("Good morning", voice="alloy", language="en")
    assert (said.recording.sample_rate, said.recording.samples) == (22_050, 1_000 * len("Good morning"))
    (tmp_path / "en.onnx.json").write_text('{"another": 1}')
    assert piper_voice("piper", {"alloy": model}, processes=processes, program=str(program)).engine != piper.engine
