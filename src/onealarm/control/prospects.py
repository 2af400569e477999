"""What the plan of the coming day says: how far ahead to begin, who would be missed, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.advance import STEP, AdvancePlan
from onealarm.control.plan.lazy_edf import HORIZON, Outlook, plan_ahead
from onealarm.control.plan.window import LONGEST
from onealarm.control.prescale import required_rate
from onealarm.jobs.deadline import EXPECTED_WORK, GUARD, LEAD

SIZE: Final = (HORIZON + LONGEST) // STEP
"""Minutes that are looked at: those of the plan, and those that its last one may reach."""

START_TIME: Final = timedelta(minutes=10)
"""From the demand for more workers until they work."""

SAVED: Final = 0.57
"""Share of the work of a full briefing that a short one saves (control reference 5.2, dollars)."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prospects:
    """``carry``: jobs to begin before their time now. ``missed``: jobs that cannot be ready in time by the capacity
    there is; with ``short_share`` of the jobs shortened (more than 1 where even that is too much) all can.

    ``later_short``: some would have to begin earlier than content keeps. ``required``: for each minute the jobs per
    minute with which none has to begin more than half an hour early. ``next_per_minute``: planned starts of the coming
    five minutes.
    """

    plan: AdvancePlan
    carry: int
    missed: int
    short_share: float
    later_short: bool
    required: NDArray[np.float64]
    next_per_minute: float


def look_ahead(
    known: Mapping[int, int],
    *,
    per_minute: float,
    grown: float | None = None,
    work: timedelta = EXPECTED_WORK,
    now: datetime,
    epoch: int,
) -> Prospects:
    """From jobs by the minute, beginning with that of ``now``, and the capacity of every minute.

    What is overdue is in the first. ``grown`` is that of the minutes by which a fleet that grows on demand can have
    grown. ``work`` is what a full briefing takes.
    """
    counts = np.zeros(SIZE, np.int64)
    for minute, jobs in known.items():
        if minute < SIZE:
            counts[minute] += jobs
    room = whole_starts(per_minute, per_minute if grown is None else max(grown, per_minute))
    planned = plan_ahead(Outlook(counts, np.ones(SIZE), np.zeros(SIZE), room), now=now, epoch=epoch)
    late, share = missed(counts, room, margin=margin(work))
    return Prospects(
        plan=planned.plan,
        carry=round(float(planned.fill.carry[1])),
        missed=late,
        short_share=share,
        later_short=max(planned.plan.seconds) >= LONGEST.total_seconds(),
        required=required_rate(counts),
        next_per_minute=float(planned.fill.starts[:5].mean()),
    )


def whole_starts(now: float, later: float) -> Counts:
    """A capacity in whole jobs for each minute, whose sum is never more than that of the rates in jobs per minute."""
    rates = np.where(np.arange(SIZE) < START_TIME // STEP, now, later)
    begun: Counts = np.floor(np.append(0.0, np.cumsum(rates))).astype(np.int64)
    return np.diff(begun)


def margin(work: timedelta) -> int:
    """Minutes by which a job that takes ``work`` may begin after its time and still be ready."""
    return max((LEAD - GUARD - max(work, EXPECTED_WORK)) // STEP, 0)


def missed(counts: Counts, room: Counts, *, margin: int) -> tuple[int, float]:
    """Jobs that are late even where all is done in order, and the share that has to be shortened so that none is.

    The first is the largest excess of demand over what capacity and margin allow, by the end of any minute.
    """
    capacity = np.cumsum(room)
    until = capacity[np.minimum(np.arange(counts.size) + margin, counts.size - 1)]
    demand = np.cumsum(counts)
    excess: Any = (demand - until)[: counts.size - margin]
    worst = int(excess.argmax())
    late = max(int(excess[worst]), 0)
    return late, late / (SAVED * int(demand[worst])) if late else 0.0
