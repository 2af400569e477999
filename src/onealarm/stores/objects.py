"""What is common to all stores of objects: names, and the errors in which everything outside ends."""

from __future__ import annotations

import re
from typing import Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore as Library

from onealarm.errors import BadInput, NotFound, Retryable
from onealarm.pipeline.ports import StoredObject

_NAME: Final = re.compile(r"[a-z0-9_][a-z0-9_.-]*(/[a-z0-9_][a-z0-9_.-]*)*")
_LONGEST_NAME: Final = 200


class Objects:
    """Implements ``ObjectStore`` on a store of the library. Names look like ``segments/ab/abcdef.aac``: lower case,
    digits, and ``_ . -``.
    """

    def __init__(self, store: Library) -> None:
        self._store = store

    async def put(self, name: str, data: bytes) -> None:
        """Store ``data``. Raises ``BadInput`` for a name that cannot be, ``Retryable`` when it cannot be written."""
        check_name(name)
        try:
            await obstore.put_async(self._store, name, data, use_multipart=False)
            await self._settle(name)
        except (BaseError, OSError) as error:
            raise Retryable(f"object {name} could not be written: {self._told(error)}") from error

    async def get(self, name: str) -> bytes:
        """The whole object. Raises ``NotFound``, ``BadInput`` and ``Retryable``."""
        check_name(name)
        try:
            result = await obstore.get_async(self._store, name)
            return bytes(await result.bytes_async())
        except (BaseError, OSError) as error:
            if self._is_missing(error):
                raise NotFound("object", f"there is none named {name}", "It may have expired; make it again") from error
            raise Retryable(f"object {name} could not be read: {self._told(error)}") from error

    async def delete(self, name: str) -> None:
        """Remove the object; harmless when there is none. Raises ``BadInput`` and ``Retryable``."""
        check_name(name)
        try:
            await obstore.delete_async(self._store, name)
        except (BaseError, OSError) as error:
            if not self._is_missing(error):
                raise Retryable(f"object {name} could not be deleted: {self._told(error)}") from error

    async def objects(self, folder: str) -> list[StoredObject]:
        """All objects below a folder such as ``segments/ab/``. Raises ``BadInput`` and ``Retryable``."""
        check_name(folder.removesuffix("/"))
        try:
            listed = await obstore.list(self._store, prefix=folder).collect_async()
        except (BaseError, OSError) as error:
            raise Retryable(f"folder {folder} could not be read: {self._told(error)}") from error
        return [StoredObject(found["path"], found["size"], found["last_modified"]) for found in listed]

    async def _settle(self, name: str) -> None:
        """What is still to be done before a written object is safe."""

    def _is_missing(self, error: Exception) -> bool:
        """Whether there is no such object, and nothing worse."""
        return isinstance(error, FileNotFoundError)

    def _told(self, error: Exception) -> str:
        """What may be said of an error."""
        return str(error).partition("\n")[0]


def check_name(name: str) -> None:
    """Raises ``BadInput`` for a name that could lead elsewhere."""
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or ".." in name:
        raise BadInput("name", f"{name[:80]!r} cannot name an object", "Give a name such as segments/ab/abcdef.aac")
