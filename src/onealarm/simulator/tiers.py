"""The ladder, simply: the tier for which there is still time when a job begins. The real one knows money, too."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onealarm.jobs.deadline import GUARD


class Tier(NamedTuple):
    """``takes`` is the 99th percentile of its time, ``work`` its share of the work of a full one."""

    name: str
    takes: timedelta
    work: float


TIERS: Final = (
    Tier("full", timedelta(minutes=7), 1.0),
    Tier("short", timedelta(seconds=90), 0.43),
    Tier("local", timedelta(seconds=10), 0.0),
    Tier("stock", timedelta(), 0.0),
)
"""Provider figures, with which a full briefing is one script and four calls of a paid voice. Stock is there always."""

FULL, STOCK = 0, len(TIERS) - 1

_LATEST: Final = np.array([-(GUARD + tier.takes).total_seconds() for tier in TIERS[:STOCK]])
WORK: Final = np.array([tier.work for tier in TIERS])


def tier_of(left: NDArray[np.integer]) -> NDArray[np.intp]:
    """The best tier with so many seconds left to the ring, as its place in ``TIERS``."""
    return np.searchsorted(_LATEST, -left, side="left")
