"""What the plan of the coming day says: how far ahead to begin, who would be missed, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.measures import share_to_shorten
from onealarm.control.plan.advance import STEP, AdvancePlan
from onealarm.control.plan.fill import Work
from onealarm.control.plan.lazy_edf import HORIZON, Outlook, plan_ahead
from onealarm.control.plan.measure import in_one_measure
from onealarm.control.plan.window import LONGEST
from onealarm.control.prescale import required_rate
from onealarm.jobs.deadline import EXPECTED_WORK, GUARD, LEAD

SIZE: Final = (HORIZON + LONGEST) // STEP
"""Minutes that are looked at: those of the plan, and those that its last one may reach."""

START_TIME: Final = timedelta(minutes=10)
"""From the demand for more workers until they work."""

OBEYED_WITHIN: Final = timedelta(minutes=2)
"""From what calls for an order until all go by it: a look of the leader, one of each worker, a minute's reserve."""

SAVED: Final = 0.57
"""Share of the work of a full briefing that a short one saves (control reference 5.2, dollars)."""

_SLOTS: Final = "slots"

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Need:
    """What the jobs of each minute need of something that there is so much of in a minute, in its own unit."""

    name: str
    work: NDArray[np.float64]
    per_minute: float


@dataclass(frozen=True, slots=True)
class Prospects:
    """``carry``: jobs to begin before their time now. ``missed``: jobs that cannot be ready in time by the capacity
    there is; with ``short_share`` of the jobs shortened they can, if that ``is_short_enough``.

    ``later_short``: some would have to begin earlier than content keeps. ``required``: for each minute the jobs per
    minute with which none has to begin more than half an hour early; ``shortfall`` what is required now, of all that
    work needs, over what there is, None where there is nothing. ``next_per_minute``: planned starts of the coming five
    minutes. Where providers are scarcer than slots, a job counts for as many as its work takes room.
    """

    plan: AdvancePlan
    carry: int
    missed: int
    short_share: float
    is_short_enough: bool
    later_short: bool
    required: NDArray[np.float64]
    shortfall: float | None
    next_per_minute: float


def look_ahead(
    jobs: Work,
    *,
    per_minute: float,
    grown: float | None = None,
    needs: Sequence[Need] = (),
    work: timedelta = EXPECTED_WORK,
    now: datetime,
    epoch: int,
) -> Prospects:
    """From jobs by the minute, each counted by the time it takes of a slot, beginning with the minute of ``now``.

    What is overdue is in the first. ``per_minute``: jobs for which there are slots in a minute; ``grown``: in the
    minutes by which a fleet that grows on demand can have grown. ``needs``: what else the jobs need. ``work`` is what a
    full briefing takes.
    """
    slots = whole_starts(per_minute, per_minute if grown is None else max(grown, per_minute))
    demand, room = in_jobs(jobs, slots, needs)
    planned = plan_ahead(Outlook(demand, np.ones(SIZE), np.zeros(SIZE), room), now=now, epoch=epoch)
    late, share, is_enough = missed(demand, room, margin=margin(work))
    required = required_rate(jobs)
    most = required if demand is jobs else required_rate(demand)
    return Prospects(
        plan=planned.plan,
        carry=round(float(planned.fill.carry[1])),
        missed=late,
        short_share=share,
        is_short_enough=is_enough,
        later_short=max(planned.plan.seconds) >= LONGEST.total_seconds(),
        required=required,
        shortfall=float(most[0]) / per_minute if per_minute > 0 else None,
        next_per_minute=float(planned.fill.starts[:5].mean()),
    )


def by_minute(known: Mapping[int, int]) -> Counts:
    """Jobs of each minute that is looked at; of those beyond, nothing."""
    counts = np.zeros(SIZE, np.int64)
    for minute, jobs in known.items():
        if minute < SIZE:
            counts[minute] += jobs
    return counts


def in_jobs(jobs: Work, slots: Counts, needs: Sequence[Need]) -> tuple[Work, Work]:
    """Demand and capacity of each minute in jobs: as many as take the time of the scarcest of all that they need.

    What there is nothing of is not counted: the jobs that it would hold up are made without it.
    """
    needs = [one for one in needs if one.per_minute > 0]
    if not needs:
        return jobs, slots
    work: dict[str, Work] = {_SLOTS: jobs, **{one.name: one.work for one in needs}}
    room: dict[str, Work] = {_SLOTS: slots, **{one.name: np.full(SIZE, one.per_minute) for one in needs}}
    demand, capacity = in_one_measure(work, room)
    most = float(slots.max()) or 1.0
    return most * demand, most * capacity


def whole_starts(now: float, later: float) -> Counts:
    """A capacity in whole jobs for each minute, whose sum is never more than that of the rates in jobs per minute."""
    rates = np.where(np.arange(SIZE) < START_TIME // STEP, now, later)
    begun: Counts = np.floor(np.append(0.0, np.cumsum(rates))).astype(np.int64)
    return np.diff(begun)


def margin(work: timedelta) -> int:
    """Minutes by which a job that takes ``work`` may begin after its time, so that an order can still help it."""
    return max((LEAD - GUARD - max(work, EXPECTED_WORK) - OBEYED_WITHIN) // STEP, 0)


def missed(demand: Work, room: Work, *, margin: int) -> tuple[int, float, bool]:
    """Jobs that are late even where all is done in order, the share that has to be shortened so that none is, and
    whether that is enough.

    The first is the largest excess of demand over what capacity and margin allow, by the end of any minute.
    """
    capacity = np.cumsum(room)
    until = capacity[np.minimum(np.arange(demand.size) + margin, demand.size - 1)]
    total = np.cumsum(demand)
    excess: Any = (total - until)[: demand.size - margin]
    worst = int(excess.argmax())
    late = int(excess[worst])
    if late <= 0:
        return 0, 0.0, True
    share = share_to_shorten(demand=float(total[worst]), capacity=float(until[worst]), saved=SAVED)
    return late, share, late <= SAVED * float(total[worst])
