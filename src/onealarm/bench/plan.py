"""The plan: how long millions of alarms take to be planned at once, and a day's tick of the leader."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.bench.figures import percentile, rounded
from onealarm.control.plan.advance import STEP
from onealarm.control.plan.fill import backward_fill, bucket_of_each, counted
from onealarm.control.plan.lazy_edf import HORIZON, Outlook, plan_ahead
from onealarm.control.plan.window import LONGEST, advance_seconds
from onealarm.errors import BadInput
from onealarm.jobs.deadline import LEAD
from onealarm.workload.habits import Habits
from onealarm.workload.profile import MINUTES
from onealarm.workload.zones import ring_profile

_MOST: Final = 200_000_000
_TICKS: Final = 300
_ROOM: Final = 1.2
"""Capacity of a day beside its alarms; there is a day before it to begin in."""

_TABLE: Final = 1 << 16
_PER_DAY, _PER_HOUR = 100_000, 10_000


@dataclass(frozen=True, slots=True)
class Planned:
    """``seconds`` from one number per alarm, in no order, to the advance window and to the start minute of each.

    Its parts: counting the alarms of each minute, the plan with its window, and handing the starts out.
    """

    alarms: int
    seconds: float
    count_seconds: float
    plan_seconds: float
    start_seconds: float


@dataclass(frozen=True, slots=True)
class Ticks:
    """Of the online policy, over ``minutes`` ahead; each gives the plan of a day."""

    ticks: int
    minutes: int
    p50_ms: float | None
    p99_ms: float | None
    longest_ms: float | None


def checked(text: str) -> list[int]:
    """Numbers of alarms, as typed. Raises ``BadInput``."""
    try:
        numbers = [int(word) for word in text.split(",")]
    except ValueError as error:
        raise BadInput("--alarms", f"{text!r} are not numbers", "Give some like 10000000,100000000") from error
    for number in numbers:
        if not 1 <= number <= _MOST:
            raise BadInput("--alarms", f"{number} is not possible", f"Give 1 to {_MOST}")
    return sorted(numbers)


def measure_plan(numbers: Sequence[int], *, progress: Callable[[str], None]) -> tuple[list[Planned], Ticks]:
    found = []
    for number in numbers:
        progress(f"{number:,} alarms are planned")
        found.append(_planned(_preferred(number)))
    progress("ticks")
    return found, _ticks()


def _preferred(alarms: int) -> NDArray[np.int16]:
    """The preferred minute of each alarm of a day, all over the world, with a day before it."""
    shares = np.cumsum(ring_profile("world"))
    table = np.searchsorted(shares, (np.arange(_TABLE) + 0.5) / _TABLE).astype(np.int16) + np.int16(MINUTES)
    return table[np.random.default_rng(1).integers(0, _TABLE, alarms, dtype=np.uint16)]


def _planned(preferred: NDArray[np.int16]) -> Planned:
    capacity = np.full(2 * MINUTES, int(_ROOM * preferred.size / MINUTES) + 1)
    begin = time.perf_counter()
    demand = counted(preferred, size=2 * MINUTES)
    counted_at = time.perf_counter()
    fill = backward_fill(demand, capacity)
    advance_seconds(fill, demand, capacity)
    planned_at = time.perf_counter()
    starts = bucket_of_each(fill)
    end = time.perf_counter()
    if starts.size != preferred.size:
        raise RuntimeError(f"{starts.size} of {preferred.size} alarms have a start")
    spans = (end - begin, counted_at - begin, planned_at - counted_at, end - planned_at)
    return Planned(preferred.size, *(round(span, 4) for span in spans))


def _ticks() -> Ticks:
    seen = (HORIZON + LONGEST) // STEP
    expected = _PER_DAY * np.resize(ring_profile("world"), seen)
    habits, ahead = Habits(), np.arange(seen) + LEAD // STEP
    outlook = Outlook(
        known=np.random.default_rng(1).poisson(expected),
        staying=habits.staying(ahead),
        coming=expected * habits.still_to_come(ahead),
        capacity=np.full(seen, _PER_HOUR / 60),
        doubt=habits.day_noise,
    )
    took_ms = []
    for epoch in range(_TICKS):
        begin = time.perf_counter()
        plan_ahead(outlook, now=datetime(2026, 6, 1, tzinfo=UTC), epoch=epoch)
        took_ms.append(1000 * (time.perf_counter() - begin))
    p50, p99, longest = (rounded(percentile(took_ms, share), 3) for share in (0.5, 0.99, 1.0))
    return Ticks(_TICKS, seen, p50, p99, longest)
