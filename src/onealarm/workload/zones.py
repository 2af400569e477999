"""Where the users of the reference workload live: shares by offset from UTC, without clock changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.workload.profile import MINUTES, local_profile

Shares = Mapping[float, float]
"""Hours east of UTC, and the weight of who lives there."""

ZONES: Final[Mapping[str, Shares]] = {
    "one": {0: 1},
    "us": {-5: 47, -6: 29, -7: 7, -8: 17},
    "world": {
        -8: 1, -7: 1, -6: 3.5, -5: 5, -4: 2, -3: 4, 0: 4.5, 1: 9, 2: 6, 3: 7, 3.5: 1.1, 4: 1, 5: 4, 5.5: 18,
        6: 2.6, 6.5: 0.7, 7: 6.5, 8: 21, 9: 2.6, 10: 0.5,
    },
}  # fmt: skip


def offsets(zones: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Minutes east of UTC, and the share of users there; the shares sum up to 1."""
    shares = ZONES[zones]
    weights = np.array(list(shares.values()))
    return np.array([round(60 * hours) for hours in shares], np.int32), weights / weights.sum()


def ring_profile(zones: str) -> NDArray[np.float64]:
    """The share of rings at each minute of the day in UTC; the sum is 1."""
    local = local_profile()
    found = np.zeros(MINUTES)
    for offset, share in zip(*offsets(zones), strict=True):
        found += share * np.roll(local, -int(offset))
    return found
