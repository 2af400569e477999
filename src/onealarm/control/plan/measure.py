"""Work that needs several things at once (slots, calls, tokens, money) in one measure: a plan has one capacity.

The measure is time: how long the scarcest of them, at its best, takes for the work.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.fill import Work


def in_one_measure(
    work: Mapping[str, Work], capacity: Mapping[str, Work]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Demand and capacity by bucket, from those of each resource by its name. Both mappings have the same names.

    ``work`` of a bucket is what the jobs that prefer it need, expected missing segments for instance. Whatever fits
    into a bucket in the one measure fits into it for every resource. It is exact where all jobs need the resources in
    the same proportion and one of them is always the scarcest; elsewhere cautious. Raises ``ValueError`` for names that
    differ.
    """
    if work.keys() != capacity.keys() or not work:
        raise ValueError("work and capacity are of the same resources, and of one at least")
    best = {name: float(np.max(capacity[name], initial=0.0)) or 1.0 for name in work}
    demand = np.max([np.asarray(work[name], np.float64) / best[name] for name in work], axis=0)
    room = np.min([np.asarray(capacity[name], np.float64) / best[name] for name in work], axis=0)
    return np.asarray(demand), np.asarray(room)
