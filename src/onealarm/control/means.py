"""What the coming jobs take, and what there is for them: slots, and what providers allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.governor.pools import PoolId
from onealarm.control.missing import Habit
from onealarm.control.prospects import SAVED, Counts, Need

_SAFETY: Final = 0.9
"""Share of the capacity that is planned with."""

_HOUR: Final = 60
"""Minutes."""


def capacity(slots: int, processing: timedelta) -> float:
    """Jobs that can begin in a minute, with a reserve, by Little's law."""
    return _SAFETY * slots * timedelta(minutes=1) / processing


def full_work(processing: timedelta, *, shortened: float) -> timedelta:
    """What a full briefing takes, where ``processing`` is a mean with a share of short ones in it.

    Demand is in full ones. Taken for speed, the time that short ones save would end the shortening that saves it.
    """
    return processing / (1 - SAVED * shortened)


def needs_of(missing: NDArray[np.float64], habit: Habit, pools: Mapping[PoolId, float]) -> list[Need]:
    """What the missing segments of each minute take of each pool, by what segments took of it lately."""
    each = habit.units_of_a_segment()
    return [Need(str(pool), each[pool] * missing, pools[pool]) for pool in sorted(each.keys() & pools.keys())]


def fed_slots(counts: Counts, needs: Sequence[Need], processing: timedelta) -> float:
    """Slots that the pools can feed while the jobs of the coming hour are worked; endless where nothing is needed."""
    jobs = int(counts[:_HOUR].sum())
    alarms = [
        one.per_minute * jobs / units
        for one in needs
        if one.per_minute > 0 and (units := float(one.work[:_HOUR].sum()))
    ]
    return min(alarms, default=math.inf) * (processing / timedelta(minutes=1))


def missing_of_a_job(counts: Counts, missing: NDArray[np.float64] | None) -> float | None:
    """Missing segments of a job of the coming hour; None where nothing is known, or nothing comes."""
    jobs = int(counts[:_HOUR].sum())
    return None if missing is None or jobs == 0 else float(missing[:_HOUR].sum()) / jobs
