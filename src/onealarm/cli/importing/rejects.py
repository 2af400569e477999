"""The reject file: what could not be imported, to be mended and imported as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from onealarm.cli.importing.records import BOM, Record, Source, open_file
from onealarm.errors import BadInput

_OPTION: Final = "--rejects"
_MOST_TOLD: Final = 10
_ELSEWHERE: Final = "Name another file, in a folder that may be written"


def rejects_of(file: Path, given: Path | None) -> Path:
    """Where the rejects of a file go: where it was said, or beside it. Raises ``BadInput`` for what is no reject file.

    What is there is replaced or removed at the end of an import, so that it must be of an earlier one.
    """
    path = given or file.with_name(f"{file.stem}.rejects{file.suffix}")
    if path.suffix.lower() != file.suffix.lower():
        raise BadInput(_OPTION, f"{str(path)!r} is not {file.suffix}, as the file itself is", "Name it alike")
    if path.exists() and (path.samefile(file) or not _is_of_an_import(path)):
        raise BadInput(_OPTION, f"{str(path)!r} is there already and is no reject file of before", _ELSEWHERE)
    return path


def _is_of_an_import(path: Path) -> bool:
    try:
        with open_file(path) as file:
            begin = file.read(1 << 16).removeprefix(BOM)
    except BadInput:
        return False
    return not begin or begin.startswith((b"line,reason,", b'{"line": '))


class Rejects:
    """A reject file in the making."""

    def __init__(self, path: Path, file: IO[str], source: Source) -> None:
        self._path = path
        self._file = file
        self._source = source
        self.count = 0
        self.first: list[tuple[int, str]] = []
        """Lines and reasons, at most ten."""

    def add(self, record: Record, reason: str) -> None:
        """Raises ``BadInput`` where it cannot be written."""
        with _writing(self._path):
            if self.count == 0:
                self._file.write(self._source.head())
            self._file.write(self._source.rejected(record, reason))
        self.count += 1
        if self.count <= _MOST_TOLD:
            self.first.append((record.number, reason))


@contextmanager
def rejecting(path: Path, source: Source) -> Iterator[Rejects]:
    """At the end of the block the file is there whole, or not there where nothing was rejected.

    Where the block ends by an error, the file is as it was. Raises ``BadInput`` where it cannot be written. Only its
    owner may read it: it holds names.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with _writing(path):
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            rejects = Rejects(path, file, source)
            yield rejects
            with _writing(path):
                file.flush()
        with _writing(path):
            if rejects.count:
                unfinished.replace(path)
            else:
                path.unlink(missing_ok=True)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(_OPTION, f"{str(path)!r} cannot be written: {error.strerror}", _ELSEWHERE) from error
