"""The coming day as the plan sees it: how far ahead to begin, who would be missed, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.orders import HORIZON, MINUTE
from onealarm.control.plan.fill import backward_fill
from onealarm.jobs.deadline import EXPECTED_WORK, GUARD, LEAD

OLDEST: Final = timedelta(minutes=240)
"""Content that was made so long before the ring is worth less than a shorter briefing that is fresh."""

MARGIN: Final = (LEAD - GUARD - EXPECTED_WORK) // MINUTE
"""Minutes by which a job may begin after its time and still be ready."""

GROWTH: Final = 10
"""Minutes from the demand for more workers until they work."""

SAVED: Final = 0.57
"""Share of the work of a full briefing that a short one saves (control reference 5.2, dollars)."""

_EARLIEST: Final = (OLDEST - LEAD) // MINUTE
_WAIT: Final = 30
"""Minutes of extra age that a fleet of the right size may need."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outlook:
    """``advance``: seconds for each minute of the horizon. ``carry``: jobs to begin before their time now.

    ``missed``: jobs that cannot be ready in time by the capacity there is; with ``short_share`` of the jobs shortened,
    more than 1 where even that is too much, all can. ``later_short``: some would have to begin
    earlier than content keeps. ``required_per_minute``: the capacity with which none has to begin more than half an
    hour early. ``next_per_minute``: planned starts of the coming five minutes.
    """

    advance: tuple[int, ...]
    carry: int
    missed: int
    short_share: float
    later_short: bool
    required_per_minute: float
    next_per_minute: float


def look_ahead(demand: Mapping[int, int], *, per_minute: float, grown: float | None = None) -> Outlook:
    """From jobs by minute, the overdue ones in minute 0, and the capacity of every minute.

    ``grown`` is that of the minutes by which a fleet that grows on demand can have grown. Work that the horizon does
    not hold is left out: it is planned when it comes near.
    """
    counts = np.zeros(HORIZON, np.int64)
    for minute, jobs in demand.items():
        if minute < HORIZON:
            counts[minute] += jobs
    room = whole_starts(per_minute, per_minute if grown is None else max(grown, per_minute))
    fill = backward_fill(counts, room)
    late, share = missed(counts, room)
    ahead = advance_minutes(counts, np.asarray(fill.carry[1:], np.int64))
    return Outlook(
        advance=tuple(int(min(minutes, _EARLIEST)) * 60 for minutes in ahead),
        carry=int(fill.carry[1]),
        missed=late,
        short_share=share,
        later_short=bool(ahead.max(initial=0) > _EARLIEST),
        required_per_minute=required(counts),
        next_per_minute=float(np.asarray(fill.starts[:5]).mean()),
    )


def whole_starts(now: float, later: float) -> Counts:
    """A capacity in whole jobs for each minute, whose sum is never more than that of the rates in jobs per minute."""
    rates = np.where(np.arange(HORIZON) < GROWTH, now, later)
    begun: Counts = np.floor(np.append(0.0, np.cumsum(rates))).astype(np.int64)
    return np.diff(begun)


def advance_minutes(counts: Counts, carry: Counts) -> Counts:
    """For each minute how many of the following ones hold the jobs that have to begin in or before it.

    ``carry``: how many jobs of later minutes these are. Released are the earliest, and with them whole minutes.
    """
    until = np.cumsum(counts)
    last = np.searchsorted(until, until + carry, side="left")
    ahead: Counts = np.where(carry > 0, last - np.arange(counts.size), 0)
    return ahead


def missed(counts: Counts, room: Counts) -> tuple[int, float]:
    """Jobs that are late even where all is done in order, and the share that has to be shortened so that none is.

    The first is the largest excess of demand over what capacity and margin allow, by the end of any minute.
    """
    capacity = np.cumsum(room)
    until = capacity[np.minimum(np.arange(counts.size) + MARGIN, counts.size - 1)]
    demand = np.cumsum(counts)
    excess: Any = (demand - until)[: counts.size - MARGIN]
    worst = int(excess.argmax())
    late = max(int(excess[worst]), 0)
    return late, late / (SAVED * int(demand[worst])) if late else 0.0


def required(counts: Counts) -> float:
    """Jobs per minute with which, from now on, none begins more than half an hour before its time.

    The processor-demand rule: what has to be begun by the end of each minute, over the time that there is for it.
    """
    minutes = np.arange(1, counts.size + 1)
    return float((np.cumsum(counts) / (minutes + _WAIT)).max(initial=0.0))
