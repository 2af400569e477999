"""The plan while it goes on: the fill on what is known now and what may still come, made anew every minute.

The policy is lazy (a job begins as late as the plan allows) and takes what it may reach by the earliest deadline first.
How early work must begin follows a demand that will probably not be exceeded, and a capacity that will probably be
there. The carry is a maximum of sums of demand less capacity, so it is never more wrong than the worst of those sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.advance import STEP, AdvancePlan
from onealarm.control.plan.fill import Fill, Work, backward_fill
from onealarm.control.plan.window import LONGEST, advance_seconds

HORIZON: Final = timedelta(hours=24)
Z: Final = 1.3
"""Standard deviations above the mean that are planned for: about nine times in ten there is less. Between 0 and 2.3 it
moves the mean age by 0.3 minutes, since most demand is known."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to do and to do it with, minute by minute of the preferred start, from the present minute on.

    ``known``: work that waits; what is overdue stands in the first minute. ``staying``: the share of it that will not
    be cancelled. ``coming``: work that will still turn up, its mean; ``doubt`` is how wrong that mean may be as a
    whole, as a share of it. ``capacity``: what can be begun in each minute, cautiously.

    All have one length. It should exceed the plan's by the longest advance: what lies beyond is not seen.
    """

    known: Work
    staying: NDArray[np.float64]
    coming: NDArray[np.float64]
    capacity: Work
    doubt: float = 0.0

    def mean(self) -> NDArray[np.float64]:
        """Work that is expected to have to begin, by preferred minute."""
        return np.asarray(self.known * self.staying + self.coming, np.float64)


@dataclass(frozen=True, slots=True)
class Planned:
    """The published plan, and the fill that it was read from."""

    plan: AdvancePlan
    fill: Fill


def upper_demand(outlook: Outlook, *, z: float = Z) -> NDArray[np.float64]:
    """A demand whose sum from now to any minute is exceeded with the probability of ``z`` standard deviations only.

    Cancellations are a coin for each job and late ones come by chance (Poisson); ``doubt`` is common to all minutes.
    The sums are what counts for the fill, so it is they that are raised.
    """
    mean = outlook.mean()
    by_chance = np.cumsum(outlook.known * outlook.staying * (1 - outlook.staying) + outlook.coming)
    common = outlook.doubt * np.cumsum(outlook.coming)
    return np.diff(np.cumsum(mean) + z * np.sqrt(by_chance + common**2), prepend=0.0)


def plan_ahead(
    outlook: Outlook,
    *,
    now: datetime,
    epoch: int,
    z: float = Z,
    horizon: timedelta = HORIZON,
    longest: timedelta = LONGEST,
) -> Planned:
    """The advance window for the next ``horizon``, from the minute of ``now`` (aware) on."""
    demand = upper_demand(outlook, z=z)
    fill = backward_fill(demand, outlook.capacity)
    seconds = advance_seconds(fill, demand, outlook.capacity, longest=longest)[: horizon // STEP]
    starts_at = now.replace(second=0, microsecond=0)
    plan = AdvancePlan(epoch, starts_at, starts_at + len(seconds) * STEP, tuple(seconds.tolist()))
    return Planned(plan, fill)
