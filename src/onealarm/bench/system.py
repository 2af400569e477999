"""What is measured in our own loop: a queue that can be filled, claimed from and completed, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the jobs are, counted in the system's own tables."""

    waiting: int
    leased: int
    done: int


class Session(Protocol):
    """One connection. A handle names a claimed job with its lease; only its session's system looks into it."""

    async def enqueue(self, jobs: int) -> None:
        """Put in that many due jobs, in one statement."""
        ...

    async def claim(self, most: int) -> Sequence[object]:
        """Lease up to ``most`` waiting jobs, the earliest ring first; empty when there are none."""
        ...

    async def complete(self, handles: Sequence[object]) -> int:
        """Complete those whose lease is still held, keeping a history row of each; returns how many."""
        ...

    async def close(self) -> None: ...


class System(Protocol):
    """A queue. It is sent to worker processes, so it must survive pickling."""

    @property
    def name(self) -> str: ...

    async def prepare(self, url: str) -> str:
        """Make its tables in an empty database; returns its version."""
        ...

    async def open_session(self, url: str) -> Session: ...

    async def tally(self, url: str) -> Tally: ...
