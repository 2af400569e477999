"""From the plan to the advance window: how far beyond the lead a claim must reach for the plan's starts to happen.

Work begins in the order of the rings. So what has begun is always a prefix of that order, and a prefix is one number:
the last preferred start in it. Its distance from now is the advance. No job is planned by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.fill import Fill, Work
from onealarm.jobs.deadline import LEAD

OLDEST: Final = timedelta(minutes=240)
"""Work that begins this long before the ring is too old to be worth it: a shorter, fresher briefing is better."""

LONGEST: Final = OLDEST - LEAD
"""So an advance is at most this."""

_MINUTE: Final = 60


def advance_seconds(fill: Fill, demand: Work, capacity: Work, *, longest: timedelta = LONGEST) -> NDArray[np.int64]:
    """The advance of each minute, in whole seconds, for workers that begin what they may reach in order, at capacity.

    Buckets are minutes. A minute's rings come into reach together, when the first of them has to begin: within a
    minute that is so much before its end as their work takes.
    """
    until: NDArray[Any] = np.cumsum(demand)
    carry: NDArray[Any] = fill.carry[1:]
    begun = until + carry  # all work that has begun by the end of each minute
    before = np.append(begun.dtype.type(0), begun[:-1])
    last = _minute_of(begun, until)
    of_last = begun - np.maximum(before, np.append(until.dtype.type(0), until)[last])
    took = np.divide(of_last, capacity, out=np.zeros(last.size), where=np.asarray(capacity) > 0)
    minutes = last - np.arange(last.size) - (1 - np.minimum(took, 1))
    found = np.where(carry > _noise(until), np.ceil(_MINUTE * minutes - _SLIP), 0)
    return np.clip(found, 0, longest // timedelta(seconds=1)).astype(np.int64)


_SLIP: Final = 1e-6
"""Seconds: what is whole but for rounding stays whole."""


def _minute_of(begun: Work, until: Work) -> NDArray[np.intp]:
    """The first minute up to which all that has begun prefers to begin."""
    found = np.searchsorted(until, begun - _noise(until))
    return np.asarray(np.minimum(found, until.size - 1))


def _noise(until: Work) -> Any:
    """Work that is nothing but rounding: sums of whole numbers have none."""
    return until.dtype.type(0) if until.dtype.kind in "iu" else 1e-9 * max(float(until[-1]), 1.0)
