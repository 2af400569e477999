"""Reads a source chunk by chunk, so that no more of a file is held than is being saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from onealarm.alarms.importing import Line
from onealarm.cli.importing.columns import LineReader
from onealarm.cli.importing.records import Record
from onealarm.errors import BadInput

SIZE: Final = 2_000
"""Records. A chunk goes on, up to twice as many, while they are of one user: so two chunks seldom wait for him."""


@dataclass(slots=True)
class Chunk:
    """Records in a row: what they say, and which of them cannot be read and why. ``end`` is in bytes of the file."""

    records: dict[int, Record] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    refused: list[tuple[int, BadInput]] = field(default_factory=list)
    end: int = 0


def chunks(source: Iterable[Record], reader: LineReader, *, size: int = SIZE) -> Iterator[Chunk]:
    """Raises ``BadInput`` where the source does."""
    chunk = Chunk()
    for record in source:
        line = _read(record, reader)
        if len(chunk.records) >= size and (len(chunk.records) >= 2 * size or not _goes_on(chunk, line)):
            yield chunk
            chunk = Chunk()
        chunk.records[record.number] = record
        chunk.end = record.end
        if isinstance(line, Line):
            chunk.lines.append(line)
        else:
            chunk.refused.append((record.number, line))
    if chunk.records:
        yield chunk


def _read(record: Record, reader: LineReader) -> Line | BadInput:
    if record.refused is not None:
        return record.refused
    try:
        return reader.read(record.number, record.cells)
    except BadInput as error:
        return error


def _goes_on(chunk: Chunk, line: Line | BadInput) -> bool:
    return isinstance(line, Line) and bool(chunk.lines) and chunk.lines[-1].user_id == line.user_id
