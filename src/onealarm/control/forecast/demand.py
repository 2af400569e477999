"""The demand that is planned with: what is known, and what may still be created."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from onealarm.control.forecast.grid import Floats, bucket_of, start_of
from onealarm.jobs.deadline import LEAD

TRUSTED_AFTER: Final = timedelta(days=14)
"""With less history nothing is foreseen."""

FRESH: Final = timedelta(minutes=30)

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Newest:
    """What a plan needs of the newest forecast: by bucket the known alarms, and up to the end of each an upper bound
    (90 % one-sided, which is z = 1.3) of all that will ring. ``since``: from when on there is history."""

    made_at: datetime
    since: datetime | None
    known: Floats
    upper: Floats


def with_expected(known: Mapping[int, int], newest: Newest | None, *, now: datetime) -> Mapping[int, int]:
    """Jobs by the minute from ``now`` on in which work should begin, the overdue ones in minute 0, as the plan takes
    them: to ``known`` comes what is likely still to be created. Nothing where that is not known well enough."""
    if newest is None or not is_trusted(made_at=newest.made_at, since=newest.since, now=now):
        return known
    total = Counter(known)
    first = bucket_of(newest.made_at) + 1
    for n, alarms in enumerate(_still_to_come(newest)):
        ring_at = start_of(first + n)  # most rings are at the beginning of a quarter of an hour
        if alarms and ring_at > now:
            total[max(0, (ring_at - LEAD - now) // _MINUTE)] += int(alarms)
    return total


def between(newest: Newest, *, since: datetime, until: datetime) -> float:
    """The upper bound of the alarms that ring between two instants within two days: 90 %, one-sided."""
    first = bucket_of(newest.made_at) + 1
    last = min(bucket_of(until) - first, len(newest.upper) - 1)
    known = float(np.sum(newest.known[: max(0, bucket_of(since) - first + 1)]))
    return max(0.0, float(newest.upper[max(0, last)]) - known)


def is_trusted(*, made_at: datetime, since: datetime | None, now: datetime) -> bool:
    """Of a forecast that was made then, from history since then: two weeks of it, and made within half an hour."""
    return since is not None and made_at - since >= TRUSTED_AFTER and now - made_at <= FRESH


def _still_to_come(newest: Newest) -> Floats:
    """By bucket, in whole alarms: by how much more the bound exceeds what is known up to there than it did before."""
    beyond = np.maximum.accumulate(np.maximum(newest.upper - np.cumsum(newest.known), 0.0))
    return np.asarray(np.diff(np.floor(beyond + 0.5), prepend=0.0))
