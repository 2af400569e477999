"""Reads the records of a file, one at a time: the lines of CSV (RFC 4180) or of JSON, each with what it holds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import IO, Any, Final, Protocol

from onealarm.api.json_input import read_json
from onealarm.api.schemas.fields import shown
from onealarm.cli.importing.columns import COLUMNS, IGNORED, Cells
from onealarm.errors import BadInput

FILE: Final = "file"
LONGEST: Final = 1 << 20
"""Bytes of one record."""

MALFORMED: Final = "text"
"""The key under which a reject file keeps a line that was not JSON."""

BOM: Final = b"\xef\xbb\xbf"
_REMEDY: Final = "Give a CSV or NDJSON file (.csv, .ndjson)"
_COLUMNS: Final = f"Give some of {', '.join(COLUMNS)}"
_MEND: Final = "Mend that, and import the file again: nothing is doubled"


@dataclass(frozen=True, slots=True)
class Record:
    """What begins at a line: its values in the order of the source's columns, or why it has none.

    ``original`` is what a reject file keeps of it; ``end`` is how many bytes of the file were read up to here.
    """

    number: int
    original: Any
    end: int
    cells: Cells = ()
    refused: BadInput | None = None


class Source(Protocol):
    """The records of one file, and the reject file that fits to it."""

    columns: Sequence[str]
    as_text: bool

    def __iter__(self) -> Iterator[Record]: ...

    def head(self) -> str:
        """What a reject file begins with."""
        ...

    def rejected(self, record: Record, reason: str) -> str:
        """The record as it stands in a reject file, with its line and why it was refused."""
        ...


def suffix_of(path: Path) -> str:
    """``.csv`` or ``.ndjson``. Raises ``BadInput``."""
    suffix = path.suffix.lower()
    if suffix not in _SOURCES:
        raise BadInput(FILE, f"{str(path)!r} is neither .csv nor .ndjson", "Name it by what it is")
    return suffix


def open_file(path: Path) -> IO[bytes]:
    """Raises ``BadInput``."""
    suffix_of(path)
    try:
        return path.open("rb")
    except OSError as error:
        raise BadInput(FILE, f"{str(path)!r} cannot be read: {error.strerror}", _REMEDY) from error


def source_of(path: Path, file: IO[bytes]) -> Source:
    """Raises ``BadInput`` for a header that cannot be used. So does reading on, where the file is not sound."""
    return _SOURCES[suffix_of(path)](_Text(file))


class _Text:
    """The lines of a file as text, within bounds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.number = 0
        self.end = 0
        self._begin = 0

    def begin(self) -> int:
        """The next line begins a record; returns its number."""
        self._begin = self.end
        return self.number + 1

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST + 1):
            self.number += 1
            self.end += len(line)
            if self.end - self._begin > LONGEST:
                raise _unsound(self.number, f"makes a record of more than {LONGEST} bytes")
            try:
                yield (line.removeprefix(BOM) if self.number == 1 else line).decode()
            except UnicodeDecodeError as error:
                raise _unsound(self.number, f"is not UTF-8 at byte {error.start + 1}") from error


class _Csv:
    """Values stand between commas, those with commas, quotes or line breaks in double quotes."""

    as_text = True

    def __init__(self, text: _Text) -> None:
        self._text = text
        self._rows = csv.reader(iter(text), strict=True)
        self._header = [name.strip() for name in self._next()[1] or ()]
        _check_header(self._header)
        self.columns: Sequence[str] = self._header
        self._kept = [place for place, name in enumerate(self._header) if name not in IGNORED]

    def __iter__(self) -> Iterator[Record]:
        width = len(self._header)
        text = self._text
        while True:
            number, row = self._next()
            if row is None:
                return
            if len(row) == width:
                yield Record(number, row, text.end, row)
            elif row:
                problem = f"has {len(row)} values for {width} columns"
                yield Record(
                    number, row, text.end, refused=BadInput("line", problem, "Give one for each, even if empty")
                )

    def _next(self) -> tuple[int, list[str] | None]:
        number = self._text.begin()
        try:
            return number, next(self._rows, None)
        except csv.Error as error:
            raise _unsound(number, f"begins a record that is not CSV ({error})") from error

    def head(self) -> str:
        return _csv_line([*IGNORED, *(self._header[place] for place in self._kept)])

    def rejected(self, record: Record, reason: str) -> str:
        row: list[str] = record.original
        kept = [row[place] for place in self._kept if place < len(row)]
        return _csv_line([str(record.number), reason, *kept, *row[len(self._header) :]])


class _NdJson:
    """One JSON object on each line."""

    as_text = False
    columns: Sequence[str] = COLUMNS

    def __init__(self, text: _Text) -> None:
        self._text = text

    def __iter__(self) -> Iterator[Record]:
        text = self._text
        number = text.begin()
        for line in text:
            if line.strip():
                yield self._record(number, line)
            number = text.begin()

    def _record(self, number: int, line: str) -> Record:
        try:
            given = read_json(line, field="line")
        except BadInput as error:
            return Record(number, line.rstrip("\r\n"), self._text.end, refused=error)
        if not isinstance(given, dict):
            refused = BadInput("line", f"{shown(given)} is not an object", "Give an object")
            return Record(number, line.rstrip("\r\n"), self._text.end, refused=refused)
        unknown = next((name for name in given if name not in _KNOWN), None)
        if unknown is not None:
            return Record(number, given, self._text.end, refused=_unknown_key(unknown))
        return Record(number, given, self._text.end, list(map(given.get, COLUMNS)))

    def head(self) -> str:
        return ""

    def rejected(self, record: Record, reason: str) -> str:
        original = record.original if isinstance(record.original, dict) else {MALFORMED: record.original}
        kept = {name: value for name, value in original.items() if name not in IGNORED}
        told = {"line": record.number, "reason": reason} | kept
        text = json.dumps(told, ensure_ascii=False)
        halves = any("\ud800" <= character <= "\udfff" for character in text)  # which no UTF-8 can hold
        return (json.dumps(told) if halves else text) + "\n"


_SOURCES: Final[Mapping[str, Callable[[_Text], Source]]] = {".csv": _Csv, ".ndjson": _NdJson}
_KNOWN: Final = frozenset((*COLUMNS, *IGNORED))


def _check_header(names: Sequence[str]) -> None:
    """Raises ``BadInput``."""
    if not any(names):
        raise BadInput(FILE, "does not begin with a line of column names", _COLUMNS)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise BadInput(FILE, "its values are not separated by commas", "Put commas between them")
    for place, name in enumerate(names):
        if name not in _KNOWN:
            raise BadInput(FILE, f"column {shown(name)} is not known", _COLUMNS)
        if name in names[:place]:
            raise BadInput(FILE, f"column {name!r} is given twice", "Give it once")
    if "user" not in names:
        raise BadInput(FILE, "has no column 'user'", "Say on each line whose alarm it is, by a key of yours or an id")


def _unknown_key(name: str) -> BadInput:
    if name == MALFORMED:
        return BadInput(MALFORMED, "holds a line that was not an object", "Put the object itself in place of this one")
    return BadInput(name[:80], "is not known", "Leave it out, or check its spelling")


def _unsound(number: int, problem: str) -> BadInput:
    return BadInput(FILE, f"line {number} {problem}", _MEND)


def _csv_line(row: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    return line.getvalue()
