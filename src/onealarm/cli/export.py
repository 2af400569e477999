"""A user's data as one ZIP file: all that is kept about him, and what can still be played."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.errors import BadInput, NotFound
from onealarm.ids import AudioId, UserId


@dataclass(frozen=True, slots=True)
class Export:
    """``data`` is all that is kept about the user; ``sounds`` are M4A files by name."""

    data: Mapping[str, Any]
    sounds: Mapping[str, bytes]


async def read_export(parts: Parts, user_id: UserId) -> Export:
    """Raises ``NotFound``."""
    data = await parts.export.of_user(user_id)
    found = {_file_name(row): await _sound(parts, row) for row in data["audio"]}
    return Export(data, {name: sound for name, sound in found.items() if sound is not None})


def check_target(target: Path) -> None:
    """Raises ``BadInput`` for what must not be written over."""
    if target.exists():
        raise _refused(target, "is there already")


def write_export(export: Export, target: Path) -> None:
    """Write a ZIP file that is there whole or not at all, and that only its owner may read. Raises ``BadInput``."""
    check_target(target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            ZipFile(file, "w", ZIP_DEFLATED) as archive,
        ):
            archive.writestr("data.json", running.as_json(export.data, indent=2))
            for name, sound in export.sounds.items():
                archive.writestr(name, sound, compress_type=ZIP_STORED)
        unfinished.replace(target)
    except OSError as error:
        raise _refused(target, f"cannot be written ({error.strerror})") from error
    finally:
        unfinished.unlink(missing_ok=True)


async def _sound(parts: Parts, row: Mapping[str, Any]) -> bytes | None:
    """None for what cannot be played: never ready, over, or lost (it is then made again)."""
    if row["status"] != "ready":
        return None
    try:
        audio = await parts.audio.find(AudioId(row["id"]))
        return await parts.player.read(audio.briefing, "m4a", making=audio.making)
    except NotFound:
        return None


def _file_name(row: Mapping[str, Any]) -> str:
    return f"briefings/{row['ring_at']:%Y-%m-%dT%H%MZ}-{row['id']}.m4a"


def _refused(target: Path, problem: str) -> BadInput:
    return BadInput("--out", f"{target} {problem}", "Name a file that is not there, in a folder that may be written")
