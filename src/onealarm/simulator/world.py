"""What a simulated run is given: rings, capacity, what fails and when. Time is seconds since it began."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.jobs.deadline import LEAD
from onealarm.workload.habits import Habits
from onealarm.workload.population import BEFORE, Population
from onealarm.workload.profile import MINUTES

LEAD_MINUTES: Final = LEAD // timedelta(minutes=1)

_MIDNIGHT: Final = datetime(2026, 6, 1, tzinfo=UTC)
_BEGINNING: Final = _MIDNIGHT - timedelta(minutes=BEFORE)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` to before ``end``, in seconds."""

    begin: int
    end: int

    def holds(self, at: int) -> bool:
        return self.begin <= at < self.end


@dataclass(frozen=True, slots=True)
class World:
    """``per_hour`` jobs can be begun, none during an outage. ``expected`` is what an average day brings, by the minute
    (UTC) of the ring; it is all that is known of alarms that are not set yet. While the controller is dead, nobody
    plans.
    """

    population: Population
    habits: Habits
    expected: NDArray[np.float64]
    per_hour: int
    outages: tuple[Span, ...] = ()
    controller_dead: tuple[Span, ...] = ()
    preferred: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        minutes = self.population.ring // 60 - LEAD_MINUTES
        object.__setattr__(self, "preferred", minutes.astype(np.int32))

    @property
    def per_minute(self) -> float:
        return self.per_hour / 60

    def is_out(self, at: int) -> bool:
        return any(span.holds(at) for span in self.outages)

    def has_controller(self, at: int) -> bool:
        return not any(span.holds(at) for span in self.controller_dead)

    def capacity(self) -> NDArray[np.float64]:
        """What can really be begun in each minute: only who knows the future knows it."""
        found = np.full(self.population.minutes, self.per_minute)
        for span in self.outages:
            for minute in range(span.begin // 60, min(-(-span.end // 60), found.size)):
                out = min(span.end, 60 * minute + 60) - max(span.begin, 60 * minute)
                found[minute] -= self.per_minute * out / 60
        return found

    def expected_rings(self, *, minute: int, count: int) -> NDArray[np.float64]:
        """Of ``count`` minutes from ``minute`` on; nothing rings after the last day."""
        minutes = np.arange(minute, minute + count)
        inside = (minutes >= BEFORE) & (minutes < self.population.minutes)
        return np.where(inside, self.expected[(minutes - BEFORE) % MINUTES], 0.0)


def instant(at: int) -> datetime:
    """The simulated instant."""
    return _BEGINNING + timedelta(seconds=at)


def seconds_at(*, day: int, minute: int) -> int:
    """Of a minute (UTC) of a day, the first of which is 0."""
    return 60 * (BEFORE + day * MINUTES + minute)
