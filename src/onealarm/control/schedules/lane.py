"""A schedule: named lanes, each with when it fires, what it claims, and how much at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Final

from onealarm.control.classes import LaneKind
from onealarm.jobs.deadline import EXPECTED_WORK

BATCH: Final = 5
"""Jobs that a firing takes at most, where nothing is said: the roadmap's ``batchSize``, 4.1."""

CONCURRENCY: Final = 8
"""Briefings that a firing makes side by side, where nothing is said: as many as a worker has slots."""

BUDGET: Final = timedelta(seconds=400)
"""What a hosting platform gives one call, as a rule."""

RESERVE: Final = timedelta(seconds=20)
"""Kept of a budget, or a tenth of it where that is less, for giving back what is unfinished, and for the answer."""

LONGEST_BUDGET: Final = timedelta(hours=1)
SHORTEST_BUDGET: Final = 2 * EXPECTED_WORK
"""In less hardly one job would be finished."""

LARGEST_BATCH: Final = 10_000
LARGEST_CONCURRENCY: Final = 1000


def working_time(budget: timedelta) -> timedelta:
    """What of a budget is there for work."""
    return budget - min(RESERVE, budget / 10)


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields, or of six with the seconds first."""

    text: str

    @property
    def has_seconds(self) -> bool:
        return len(self.text.split()) == 6

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Every:
    """Each multiple of a period of whole seconds, counted from 1970 in UTC: every scheduler means the same instants."""

    period: timedelta

    def __str__(self) -> str:
        return f"every {int(self.period.total_seconds())}s"


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day on the lane's clock, from ``start`` up to and not including ``end``; it may pass midnight."""

    name: str
    start: time
    end: time

    def holds(self, wall: time) -> bool:
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Lane:
    """What fires when. ``given`` names the fields that the file gave: the rest has its default.

    A firing takes up to ``batch`` jobs of the classes of ``priority``, ``concurrency`` of them side by side, within
    ``budget``. ``said`` is all that the file's author wrote about it, for comparison with what it does.
    """

    name: str
    when: Cron | Every
    priority: LaneKind = "batch"
    timezone: str = "UTC"
    window: Window | None = None
    batch: int = BATCH
    concurrency: int = CONCURRENCY
    budget: timedelta = BUDGET
    said: str = ""
    given: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Schedule:
    """The lanes of one or more files, their names unique; and all windows that were named, used or not."""

    lanes: tuple[Lane, ...]
    windows: tuple[Window, ...] = ()
