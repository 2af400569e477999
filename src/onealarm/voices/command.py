"""A voice that is a command: it is given a text and writes a WAV file (or MP3, Ogg, FLAC, ADTS)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from onealarm.audio.foreign import LARGEST, read_sound
from onealarm.errors import BadInput, Retryable, VoiceFailed
from onealarm.pipeline.ports import Due, Processes, Utterance
from onealarm.voices.spoilt import SpoiltSound

AT_LEAST: Final = timedelta(seconds=20)
"""What a text may take, and a fiftieth of a second more for each character."""

_PER_CHARACTER: Final = timedelta(seconds=0.02)
_DECODE_WITHIN: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Command:
    """``arguments`` may hold ``{voice}``, ``{language}`` and ``{output}``; without that the sound comes by stdout.

    The text is written to its stdin in UTF-8. ``voices`` are its names for ours by language and voice
    (``"en/alloy"``), by voice, or ours where there are none. ``version`` is raised when the command sounds otherwise.
    """

    name: str
    arguments: tuple[str, ...]
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    version: str = "1"

    @property
    def engine(self) -> str:
        shape = repr((self.arguments, sorted(self.voices.items())))
        return f"{self.name}-{self.version}+{hashlib.sha256(shape.encode()).hexdigest()[:8]}"


class CommandVoice:
    """Implements ``onealarm.pipeline.ports.Voice``. No shell is asked; at most ``at_once`` run side by side."""

    def __init__(self, command: Command, *, processes: Processes, at_once: int = 2) -> None:
        self._command = command
        self._processes = processes
        self._turns = asyncio.Semaphore(at_once)

    @property
    def engine(self) -> str:
        return self._command.engine

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        """Raises ``VoiceFailed`` when the command fails or takes too long, ``SpoiltSound`` for what is no sound."""
        del due
        if not any(character.isalnum() for character in text):
            raise BadInput("text", "holds nothing that can be spoken", "Give at least one letter or digit")
        names = {"voice": self._name(voice, language), "language": language}
        async with self._turns:
            with tempfile.TemporaryDirectory(prefix="onealarm-voice-") as folder:
                data = await self._run(text, names, output=Path(folder) / "speech.wav")
        try:
            recording = await self._processes.run(partial(read_sound, data), within=_DECODE_WITHIN)
        except Retryable as error:
            raise SpoiltSound(f"{self._command.name}: {error}") from error
        return Utterance(recording)

    def _name(self, voice: str, language: str) -> str:
        voices = self._command.voices
        if not voices:
            return voice
        found = voices.get(f"{language}/{voice}") or voices.get(voice)
        if found is None:
            raise BadInput("voice", f"{self._command.name} has no {voice!r} in {language}", "Give it one in [[voices]]")
        return found

    async def _run(self, text: str, names: Mapping[str, str], *, output: Path) -> bytes:
        arguments = [_filled(one, {**names, "output": str(output)}) for one in self._command.arguments]
        by_file = any("{output}" in one for one in self._command.arguments)
        within = AT_LEAST + len(text) * _PER_CHARACTER
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments, stdin=PIPE, stdout=DEVNULL if by_file else PIPE, stderr=DEVNULL, start_new_session=True
            )
        except OSError as error:
            raise VoiceFailed(f"{self._command.name} cannot be started: {error.strerror}") from error
        try:
            async with asyncio.timeout(within.total_seconds()):
                heard, _ = await asyncio.gather(_read(process), _tell(process, text))
                status = await process.wait()
        except TimeoutError as error:
            raise VoiceFailed(f"{self._command.name} took longer than {within.total_seconds():g} s") from error
        finally:
            await _end(process)
        if status != 0:
            raise VoiceFailed(f"{self._command.name} ended with status {status}")
        return await asyncio.to_thread(_content, output) if by_file else heard


def _filled(argument: str, names: Mapping[str, str]) -> str:
    """Plain replacement: an argument may hold other braces."""
    for name, value in names.items():
        argument = argument.replace("{" + name + "}", value)
    return argument


async def _tell(process: Process, text: str) -> None:
    assert process.stdin is not None, "it was made with a pipe"
    with contextlib.suppress(ConnectionError):  # it may end without reading
        process.stdin.write(text.encode())
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


async def _read(process: Process) -> bytes:
    if process.stdout is None:
        return b""
    heard = bytearray()
    while piece := await process.stdout.read(65_536):
        heard += piece
        if len(heard) > LARGEST:
            raise VoiceFailed(f"the command gave more than {LARGEST} bytes")
    return bytes(heard)


def _content(output: Path) -> bytes:
    try:
        with output.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return b""


async def _end(process: Process) -> None:
    """The command and all that it started: it leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
