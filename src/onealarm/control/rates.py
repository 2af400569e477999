"""What the fleet gets done, from what its workers tell of their lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from onealarm.control.smoothing import FadingMean
from onealarm.control.snapshot import Snapshot
from onealarm.jobs.report import WorkerReport

WINDOW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done up to an instant, since the step before."""

    at: datetime
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class FleetRates:
    """The last five minutes. A worker that is seen for the first time says nothing of when it did what it tells."""

    reports: Mapping[UUID, WorkerReport] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    mean: FadingMean = field(default=FadingMean(WINDOW))

    def seen(self, snapshot: Snapshot) -> FleetRates:
        done, failed, worked = 0, 0, timedelta()
        for worker, report in snapshot.workers:
            before = self.reports.get(worker, report)
            done += max(report.done - before.done, 0)
            failed += max(report.failed - before.failed, 0)
            worked += max(report.worked - before.worked, timedelta())
        steps = (*self.steps, Step(snapshot.now, done, failed))
        while len(steps) > 2 and steps[1].at <= snapshot.now - WINDOW:
            steps = steps[1:]
        mean = self.mean.seen(worked.total_seconds() / done, snapshot.now) if done else self.mean
        return FleetRates(dict(snapshot.workers), steps, mean)

    @property
    def done_per_second(self) -> float | None:
        """Over the window; None before there are two looks."""
        if len(self.steps) < 2:
            return None
        passed = (self.steps[-1].at - self.steps[0].at).total_seconds()
        return sum(step.done for _, step in pairwise(self.steps)) / passed if passed > 0 else None

    @property
    def processing(self) -> timedelta | None:
        """The mean from claim to ready, fading by half in five minutes; None before the first."""
        return None if self.mean.value is None else timedelta(seconds=self.mean.value)

    @property
    def last_done(self) -> int:
        """Jobs done since the look before."""
        return self.steps[-1].done if self.steps else 0
