"""The reference workload: at which minutes of the day people are woken.

A model, not a measurement: nine in ten around 06:55 on their own clock, the rest at any time, with the preference for
round times that alarm apps tell of (one alarm in ten at 07:00). ``FLAT`` has no morning: for steady load.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

MINUTES: Final = 1440
"""Of a day."""

_CENTRE, _SPREAD = 6 * 60 + 55, 62.0
_IN_THE_MORNING: Final = 0.9


def local_profile() -> NDArray[np.float64]:
    """The share of alarms at each minute of the wall clock; the sum is 1."""
    minutes = np.arange(MINUTES)
    distance = (minutes - _CENTRE + MINUTES // 2) % MINUTES - MINUTES // 2
    bell = np.exp(-0.5 * (distance / _SPREAD) ** 2)
    shares = (_IN_THE_MORNING * bell / bell.sum() + (1 - _IN_THE_MORNING) / MINUTES) * _roundness(minutes)
    return np.asarray(shares / shares.sum())


def _roundness(minutes: NDArray[np.int_]) -> NDArray[np.float64]:
    """How much more often a minute of the hour is chosen than its neighbours suggest."""
    of_hour = minutes % 60
    return np.select([of_hour == 0, of_hour == 30, of_hour % 15 == 0, of_hour % 5 == 0], [20.0, 17.0, 5.0, 1.6], 0.2)
