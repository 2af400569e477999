"""What a worker process notes down: lines in a file of its own, each written at once, so that they survive it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_CLAIM: Final = "claim"
_DONE: Final = "done"


class NoteBook:
    """Use as a context manager. Every line begins with its kind and the seconds since 1970."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> Self:
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def claim(self, took_ms: float, delays_ms: Iterable[float]) -> None:
        """One claim that was answered, and how long each job it got had been due."""
        self._write(_CLAIM, f"{took_ms:.3f}", *(f"{delay:.1f}" for delay in delays_ms))

    def done(self, ids: Iterable[int]) -> None:
        """Jobs whose end the queue has accepted."""
        self._write(_DONE, *map(str, ids))

    def count(self, what: str, number: int = 1) -> None:
        self._write(what, str(number))

    def _write(self, kind: str, *words: str) -> None:
        os.write(self._file, (" ".join((kind, f"{time.time():.3f}", *words)) + "\n").encode())


@dataclass(slots=True)
class Notes:
    """Of all processes together. Of every pair the first is the instant in seconds since 1970."""

    claims_ms: list[tuple[float, float]] = field(default_factory=list)
    delays_ms: list[tuple[float, float]] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> None:
        """Add what one process wrote. A last line that its death cut short is left out."""
        *lines, _ = text.split("\n")
        for line in lines:
            kind, at, *words = line.split(" ")
            self._add(kind, float(at), words)

    def _add(self, kind: str, at: float, words: Sequence[str]) -> None:
        if kind == _CLAIM:
            took, *delays = map(float, words)
            self.claims_ms.append((at, took))
            self.delays_ms += [(at, delay) for delay in delays]
        elif kind == _DONE:
            self.accepted += map(int, words)
        else:
            self.counts[kind] = self.counts.get(kind, 0) + int(words[0])


def read_notes(folder: Path) -> Notes:
    """Of all processes that wrote into the folder."""
    notes = Notes()
    for path in sorted(folder.iterdir()):
        notes.read(path.read_text(encoding="ascii"))
    return notes
