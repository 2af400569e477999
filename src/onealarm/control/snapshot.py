"""The fleet at one instant, as the database tells it: read once, used by every rule, page and metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onealarm.jobs.report import WorkerReport


@dataclass(frozen=True, slots=True)
class Queue:
    """Jobs that are released and not begun, by the roadmap's priority; and those in work.

    ``earliest_ring`` is that of the first job not begun. ``peak_share``: of the rings whose work begins within a
    quarter of an hour, how many are in their owner's morning, 0 to 1.
    """

    critical: int = 0
    high: int = 0
    normal: int = 0
    leased: int = 0
    earliest_ring: datetime | None = None
    peak_share: float = 0.0

    @property
    def due(self) -> int:
        return self.critical + self.high + self.normal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``workers`` are those that live, by their ids."""

    now: datetime
    queue: Queue
    workers: Sequence[tuple[UUID, WorkerReport]]

    @property
    def slots(self) -> int:
        return sum(report.slots for _, report in self.workers)
