"""Objects as files below one directory of this machine."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from obstore.store import LocalStore as Files

from onealarm.stores.objects import Objects

_UNFINISHED: Final = re.compile(r".+#\d+")


class LocalStore(Objects):
    """Implements ``ObjectStore``.

    An object is written beside its place, moved there in one step, and on the disk when ``put`` returns: a reader sees
    all of it or nothing, and of several writers of one name the last wins. A writer that is killed leaves a file whose
    name ends in ``#1`` (or another number); nothing reads those, and ``remove_unfinished`` clears them away.
    """

    def __init__(self, root: Path) -> None:
        """``root`` is created if it is not there."""
        super().__init__(Files(prefix=root, mkdir=True))
        self._root = root

    async def remove_unfinished(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove what killed writers left behind; how many there were. ``now`` is an aware instant."""
        return await asyncio.to_thread(self._remove_unfinished, now - older_than)

    async def _settle(self, name: str) -> None:
        await asyncio.to_thread(_to_disk, self._root / name)

    def _remove_unfinished(self, before: datetime) -> int:
        removed = 0
        for path in self._root.rglob("*#*"):
            if _UNFINISHED.fullmatch(path.name) and _changed_at(path) < before:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _to_disk(path: Path) -> None:
    """Make file and directory entry survive a power cut; the library leaves them to the system's cache."""
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _changed_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except FileNotFoundError:  # its writer has just finished
        return datetime.max.replace(tzinfo=UTC)
