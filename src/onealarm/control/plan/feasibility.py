"""Whether there is room for all work, where there is not, and how much capacity would be enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.fill import Work

_ROUNDS: Final = 64
"""Each round finds a narrower or a denser interval; a handful is enough in practice."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Buckets ``first`` to ``last``, both within; ``work`` prefers to begin in it, and ``most`` is what fits."""

    first: int
    last: int
    work: float
    most: float


def overfull(demand: Work, capacity: Work, *, widest: int) -> Interval | None:
    """The processor-demand criterion: the interval that lacks most room, or None when every job fits.

    A job may begin up to ``widest`` buckets before its preferred one, though not before the first bucket. So all that
    prefers a bucket from ``first`` to ``last`` has to begin in the buckets from ``first - widest`` to ``last``. Where
    nothing more than that is asked of any interval, there is a plan; where more is, there is none (Baruah's demand
    bound, for windows of equal length).
    """
    work, room = _sums(demand), _sums(capacity)
    opens = np.maximum(np.arange(demand.size) - widest, 0)
    begin = room[opens] - work[:-1]  # of an interval from each bucket on
    end = work[1:] - room[1:]
    best_end = np.maximum.accumulate(end[::-1])[::-1]
    first = int(np.argmax(begin + best_end))
    if (begin + best_end)[first] <= _rounding(work, room):
        return None
    last = first + int(np.argmax(end[first:]))
    return Interval(
        first, last, float(work[last + 1] - work[first]), float(room[last + 1] - room[max(first - widest, 0)])
    )


def smallest_capacity(demand: Work, *, widest: int) -> Interval:
    """The smallest constant capacity per bucket with which nothing begins more than ``widest`` buckets early.

    It is ``work / (length + widest)`` of the critical interval, the densest there is (Yao, Demers and Shenker, 1995).
    Before the first bucket there is as much room as anywhere. Found by Dinkelbach's method (1967): with the density of
    the best interval so far, look for one that has more; each look is linear. ``most`` is the capacity.
    """
    if demand.size == 0 or not demand.any():
        return Interval(0, 0, 0.0, 0.0)
    work = _sums(demand)
    found = Interval(0, demand.size - 1, float(work[-1]), float(work[-1]) / (demand.size + widest))
    for _ in range(_ROUNDS):
        at = work - found.most * np.arange(work.size)
        highest = np.maximum.accumulate(at[:0:-1])[::-1]
        first = int(np.argmax(highest - at[:-1]))
        last = first + int(np.argmax(at[first + 1 :]))
        amount = float(work[last + 1] - work[first])
        density = amount / (last + 1 - first + widest)
        if density <= found.most * (1 + 1e-12):
            return found
        found = Interval(first, last, amount, density)
    return found


def _sums(values: Work) -> NDArray[np.float64]:
    return np.append(0.0, np.cumsum(values, dtype=np.float64))


def _rounding(*sums: NDArray[Any]) -> float:
    return float(1e-9 * max(1.0, *(float(one[-1]) for one in sums)))
