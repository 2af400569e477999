"""How many slots a wave will need, early enough to start them: the processor-demand rule, before the wave is here."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.fill import Work

BUSY: Final = 0.8
"""Share of the time that a slot works when planned for: the rest is for retries and for work that takes longer."""

EXTRA_AGE: Final = timedelta(minutes=30)
"""How much older than usual content may get, before more slots are started instead."""

AHEAD: Final = timedelta(minutes=30)
_MINUTE: Final = timedelta(minutes=1)


def required_rate(demand: Work, *, extra_age: timedelta = EXTRA_AGE, carry: float = 0.0) -> NDArray[np.float64]:
    """Work per minute that has to be begun from each minute on, so that nothing begins more than ``extra_age`` early.

    Of minute t it is the largest ``(work of [t, v] - carry) / (length of [t, v] + extra_age)`` over all v. ``demand``
    is an upper quantile by preferred minute, ``carry`` work of it that has begun already.
    """
    sums = np.append(0.0, np.cumsum(demand, dtype=np.float64))
    length = np.arange(1, sums.size) + extra_age / _MINUTE
    found = np.zeros(sums.size - 1)
    for begin in range(found.size):
        work = sums[begin + 1 :] - sums[begin] - carry
        found[begin] = max(0.0, float((work / length[: work.size]).max()))
    return found


def target_slots(required: NDArray[np.float64], *, work_time: timedelta, start_time: timedelta) -> int:
    """Slots to have by now: the most that are needed in the half hour that begins when new ones would be up.

    ``required`` is starts per minute from now on, ``work_time`` what one takes, ``start_time`` what a new process needs
    to begin. By Little's law a rate holds so many slots as it has starts within the time of one. It is a reason to
    start slots, never one to end them.
    """
    first = int(start_time / _MINUTE)
    needed = required[first : first + int(AHEAD / _MINUTE) + 1]
    return math.ceil(float(needed.max(initial=0.0)) * (work_time / _MINUTE) / BUSY)
