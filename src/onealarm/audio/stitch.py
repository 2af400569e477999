"""Stitch: a briefing is its segments and pauses in a row. Where each begins follows from the list, without bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from onealarm.audio.segment import FRAME
from onealarm.ids import SegmentKey


class Piece(Protocol):
    """A segment or a pause: ``frames`` of 1,024 samples in ``size`` bytes of ADTS."""

    @property
    def key(self) -> SegmentKey: ...
    @property
    def frames(self) -> int: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece begins: ``sample`` from the briefing's start, ``offset`` in bytes of its ADTS form."""

    sample: int
    offset: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes of one piece, from ``start`` up to and without ``stop``, that a range of the whole needs."""

    index: int
    start: int
    stop: int


def total_samples(pieces: Sequence[Piece]) -> int:
    """The decoded length of the pieces in a row."""
    return sum(piece.frames for piece in pieces) * FRAME


def total_size(pieces: Sequence[Piece]) -> int:
    """The length in bytes of the pieces in a row."""
    return sum(piece.size for piece in pieces)


def places(pieces: Sequence[Piece]) -> Iterator[Place]:
    """Where each piece begins, in order."""
    sample = offset = 0
    for piece in pieces:
        yield Place(sample, offset)
        sample += piece.frames * FRAME
        offset += piece.size


def slices(pieces: Sequence[Piece], *, start: int, stop: int) -> Iterator[Slice]:
    """What the bytes of the whole from ``start`` up to and without ``stop`` are made of, in order."""
    for index, (piece, place) in enumerate(zip(pieces, places(pieces), strict=True)):
        first, last = max(start - place.offset, 0), min(stop - place.offset, piece.size)
        if first < last:
            yield Slice(index, first, last)
