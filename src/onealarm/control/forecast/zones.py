"""What is known and expected of single zones, by the newest forecast of their groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from onealarm.control.forecast.bands import bands_of
from onealarm.control.forecast.grid import BUCKET, BUCKETS, Floats, bucket_of, start_of
from onealarm.control.forecast.pickup import Expected


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Alarms of a zone up to an instant, with the bounds of 90 %; ``by_bucket`` from the forecast's first on."""

    expected: float
    low90: float
    high90: float
    by_bucket: Mapping[int, float]


def foresee_zone(
    known: Mapping[datetime, int], group: Expected, *, made_at: datetime, quantiles: Floats, until: datetime
) -> Foreseen:
    """``known``: the zone's alarms by quarter of an hour. Of its ``group`` it loses the same share, and gets as large a
    share of what is still to be created as it has of what is known. What began before the forecast's first bucket is
    known."""
    first = bucket_of(made_at) + 1
    count = min(max(-((start_of(first) - until) // BUCKET), 0), BUCKETS)
    before = sum(alarms for start, alarms in known.items() if bucket_of(start) < first)
    own = np.zeros(BUCKETS)
    for start, alarms in known.items():
        if 0 <= (at := bucket_of(start) - first) < BUCKETS:
            own[at] += alarms
    expected = share_of(own, group, count=count)
    bands = bands_of(expected, quantiles)
    if count == 0:
        return Foreseen(before, before, before, {})
    return Foreseen(
        expected=before + float(expected.total[:count].sum()),
        low90=before + float(bands.low90[count - 1]),
        high90=before + float(bands.high90[count - 1]),
        by_bucket={first + n: float(expected.total[n]) for n in range(count)},
    )


def share_of(known: Floats, group: Expected, *, count: int) -> Expected:
    """A zone's part of its group, by its part of what is known of the first ``count`` buckets."""
    stays = np.divide(group.stay, group.known, out=np.ones(BUCKETS), where=group.known > 0)
    all_ = group.known[:count].sum()
    part = min(known[:count].sum() / all_, 1.0) if all_ > 0 else 0.0
    return Expected(known, known * stays, group.late * part)
