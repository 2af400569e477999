"""Piper: voices that are files, spoken by its program. It is GPL, and so runs in a process of its own."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from onealarm.errors import SetupError
from onealarm.pipeline.ports import Processes
from onealarm.voices.command import Command, CommandVoice

_PACKAGE: Final = "piper"


def piper_voice(
    name: str, files: Mapping[str, Path], *, processes: Processes, program: str | None = None
) -> CommandVoice:
    """A voice of Piper for each of ``files``, by voice or by language and voice (``"de/alloy"``).

    Raises ``SetupError`` where a file, its description beside it (``.onnx.json``), or Piper itself is missing.
    """
    for voice, file in files.items():
        for part in (file, Path(f"{file}.json")):
            if not part.is_file():
                raise SetupError(f"the voice {voice!r} of {name} needs {part}", "Download it, or leave the voice out")
    command = Command(
        name=name,
        arguments=(*_program(program), "--model", "{voice}", "--output-file", "{output}"),
        voices={voice: str(file) for voice, file in files.items()},
        version=_version(files),
    )
    return CommandVoice(command, processes=processes)


def _program(given: str | None) -> tuple[str, ...]:
    if given is not None:
        if shutil.which(given) is None:
            raise SetupError(
                f"{given} is no program that can be run", "Give the path of Piper's program, or leave it out"
            )
        return (given,)
    if importlib.util.find_spec(_PACKAGE) is not None:
        return (sys.executable, "-m", _PACKAGE)
    found = shutil.which("piper")
    if found is None:
        raise SetupError("Piper is not installed", "Install the package piper-tts, or leave its voices out")
    return (found,)


def _version(files: Mapping[str, Path]) -> str:
    """Another description is another sound."""
    digest = hashlib.sha256()
    for voice in sorted(files):
        digest.update(Path(f"{files[voice]}.json").read_bytes())
    return digest.hexdigest()[:8]
