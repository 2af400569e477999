"""Objects as files below one directory of this machine."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore as Files

from onealarm.errors import BadInput, NotFound, Retryable
from onealarm.pipeline.ports import StoredObject

_NAME: Final = re.compile(r"[a-z0-9_][a-z0-9_.-]*(/[a-z0-9_][a-z0-9_.-]*)*")
_LONGEST_NAME: Final = 200
_UNFINISHED: Final = re.compile(r".+#\d+")


class LocalStore:
    """Implements ``ObjectStore``. Names look like ``segments/ab/abcdef.aac``: lower case, digits, and ``_ . -``.

    An object is written beside its place, moved there in one step, and on the disk when ``put`` returns: a reader sees
    all of it or nothing, and of several writers of one name the last wins. A writer that is killed leaves a file whose
    name ends in ``#1`` (or another number); nothing reads those, and ``remove_unfinished`` clears them away.
    """

    def __init__(self, root: Path) -> None:
        """``root`` is created if it is not there."""
        self._root = root
        self._store = Files(prefix=root, mkdir=True)

    async def put(self, name: str, data: bytes) -> None:
        """Store ``data``. Raises ``BadInput`` for a name that cannot be, ``Retryable`` when it cannot be written."""
        _check(name)
        try:
            await obstore.put_async(self._store, name, data, use_multipart=False)
            await asyncio.to_thread(_to_disk, self._root / name)
        except (BaseError, OSError) as error:
            raise Retryable(f"object {name} could not be written: {_first_line(error)}") from error

    async def get(self, name: str) -> bytes:
        """The whole object. Raises ``NotFound``, ``BadInput`` and ``Retryable``."""
        _check(name)
        try:
            result = await obstore.get_async(self._store, name)
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NotFound("object", f"there is none named {name}", "It may have expired; make it again") from error
        except (BaseError, OSError) as error:
            raise Retryable(f"object {name} could not be read: {_first_line(error)}") from error

    async def delete(self, name: str) -> None:
        """Remove the object; harmless when there is none. Raises ``BadInput`` and ``Retryable``."""
        _check(name)
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise Retryable(f"object {name} could not be deleted: {_first_line(error)}") from error

    async def objects(self, folder: str) -> list[StoredObject]:
        """All objects below a folder such as ``segments/ab/``. Raises ``BadInput`` and ``Retryable``."""
        _check(folder.removesuffix("/"))
        try:
            listed = await obstore.list(self._store, prefix=folder).collect_async()
        except (BaseError, OSError) as error:
            raise Retryable(f"folder {folder} could not be read: {_first_line(error)}") from error
        return [StoredObject(found["path"], found["size"], found["last_modified"]) for found in listed]

    async def remove_unfinished(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove what killed writers left behind; how many there were. ``now`` is an aware instant."""
        return await asyncio.to_thread(self._remove_unfinished, now - older_than)

    def _remove_unfinished(self, before: datetime) -> int:
        removed = 0
        for path in self._root.rglob("*#*"):
            if _UNFINISHED.fullmatch(path.name) and _changed_at(path) < before:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _check(name: str) -> None:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or ".." in name:
        raise BadInput("name", f"{name[:80]!r} cannot name an object", "Give a name such as segments/ab/abcdef.aac")


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


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
