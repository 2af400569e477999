"""The freshest plan: every job begins as late as the capacity allows, and none after its preferred start.

Backward capacity fill, a Lindley recursion that runs against time. From the last bucket to the first,
``carry[t] = max(0, carry[t + 1] + demand[t] - capacity[t])``: what does not fit into a bucket must begin before it.
Every plan without a late start carries at least as much into every bucket, so the sum of all early starts is the
smallest that there is (induction from the end). Begun in the order of the rings, the earliest start is the least early
that there is, too.

Work may have any unit: jobs, missing segments, tokens. Capacity has the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Work = NDArray[np.floating[Any]] | NDArray[np.integer[Any]]
"""Of each bucket of time: how much work has its preferred start there, or can be begun there."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Fill:
    """What the plan does in each bucket.

    ``carry[t]`` is work that prefers bucket t or a later one and must begin before t; ``starts[t]`` what begins in t.
    The carry has one element more than there are buckets: nothing is carried into the end.
    """

    carry: Work
    starts: Work

    @property
    def shortage(self) -> float:
        """Work for which there is no room since the beginning; 0 when the plan is feasible."""
        return float(self.carry[0])

    @property
    def early(self) -> float:
        """The sum over all work of how many buckets before its preferred one it begins."""
        return float(self.carry.sum())


def backward_fill(demand: Work, capacity: Work) -> Fill:
    """The plan in O(buckets), by its closed form ``carry[t] = max(0, max over v >= t of (demand - capacity)[t..v])``.

    Both have one element per bucket and none is negative. Whole numbers stay whole and exact.
    """
    later = np.cumsum((demand - capacity)[::-1])[::-1]  # demand less capacity, from each bucket to the end
    least = np.minimum.accumulate(np.append(later, 0)[::-1])[::-1][1:]  # the best place to stop
    carry = np.append(np.maximum(later - np.minimum(least, later), 0), later.dtype.type(0))
    return Fill(carry, demand + carry[1:] - carry[:-1])


def counted(buckets: NDArray[np.integer[Any]], *, size: int) -> NDArray[np.int64]:
    """How many jobs prefer each of ``size`` buckets; ``buckets`` names that of every job, in any order.

    In pieces that fit into the processor's cache: as a whole, numpy would first widen a copy of all of them.
    """
    found = np.zeros(size, np.int64)
    for begin in range(0, buckets.size, _CHUNK):
        found += np.bincount(buckets[begin : begin + _CHUNK], minlength=size)
    return found


def bucket_of_each(fill: Fill) -> NDArray[np.int32]:
    """For jobs in the order of their rings: the bucket in which each begins. The plan must be one of whole jobs.

    With a shortage the first jobs are left over: there is no bucket for them, and none is given.
    """
    return np.repeat(np.arange(fill.starts.size, dtype=np.int32), fill.starts.astype(np.int64))
