"""What the runner measures: a system in our own loop, or a peer in its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol

from onealarm.bench.system import Tally

Shape = Literal["batch", "single"]
"""``batch``: many jobs per claim. ``single``: one job per claim, completions gathered."""

Trial = Mapping[str, int]
"""Settings of a subject, by its own names for them; of several the best counts."""

LIMIT: Final = timedelta(seconds=15)
"""The longest that a phase runs; the rate is then that of what was done by the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one phase has to do: on ``workers`` processes (drain), or on one (enqueue)."""

    url: str
    shape: Shape
    batch: int
    workers: int
    jobs: int
    trial: Trial
    limit: timedelta = LIMIT


@dataclass(frozen=True, slots=True)
class Filled:
    """How many jobs were put in, in which time, and how many with each call."""

    jobs: int
    took: timedelta
    batch: int


@dataclass(frozen=True, slots=True)
class Drained:
    """The time from the start signal to the last completion, and how long claims took in ms, where that is known.

    ``batch`` is the most that one claim took. ``limited``: the time ran out, so that some jobs may still be waiting.
    ``completed`` is what the workers saw completed; None where only the tables tell.
    """

    took: timedelta
    batch: int
    claims_ms: Sequence[float]
    limited: bool
    completed: int | None


class Subject(Protocol):
    """A system as the runner sees it. All raise ``OneAlarmError`` where something went wrong."""

    @property
    def name(self) -> str: ...

    def trials(self, shape: Shape) -> Sequence[Trial]:
        """The settings to try for a shape; at least one."""
        ...

    async def prepare(self, url: str) -> str:
        """Make its tables; returns its version."""
        ...

    async def fill(self, order: Order) -> Filled: ...

    async def drain(self, order: Order) -> Drained: ...

    async def tally(self, url: str, *, filled: int) -> Tally:
        """Where the jobs are by its own tables; ``filled`` went in."""
        ...
