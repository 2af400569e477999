"""The disk: is there room, and can one really write?"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from onealarm.cli.config_remarks import home_errors, nearest_folder
from onealarm.cli.doctor.finding import Finding

_SPACE: Final = 1 << 30
_TRIED: Final = 1 << 20
"""Bytes that are written and taken away again: a few briefings, or the log of a database that wakes up."""

_FREE: Final = "Free at least 1 GiB, or set ONEALARM_HOME to a larger disk"


def look_at_disk(home: Path) -> list[Finding]:
    """Room, and the result of writing for a moment into the home, where there is one."""
    if error := next(home_errors(home), None):
        return [Finding("disk", error.problem, error.remedy)]
    folder = nearest_folder(home)
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free in {folder}"
    refusal = _try_to_write(home) if folder == home else None
    if refusal is not None:
        return [Finding("disk", f"{found}; {home} takes no file of 1 MiB: {refusal.strerror}", _remedy(refusal))]
    return [Finding("disk", found, None if free >= _SPACE else _FREE)]


def _try_to_write(home: Path) -> OSError | None:
    """What the system says against a file on the disk, not only in its memory."""
    try:
        with tempfile.NamedTemporaryFile(dir=home, prefix="doctor-", buffering=0) as file:
            file.write(os.urandom(_TRIED))
            os.fsync(file.fileno())
            if file.tell() < _TRIED:  # a write that meets the limit half way is cut short
                file.write(b"0")
    except OSError as error:
        return error
    return None


def _remedy(refusal: OSError) -> str:
    if refusal.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _FREE
    return "Give the folder back to the user who runs OneAlarm, or set ONEALARM_HOME to another"
