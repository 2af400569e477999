"""The grid of the forecast: quarters of an hour, and the leads at which what is known is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BUCKET: Final = timedelta(minutes=15)
HORIZON: Final = timedelta(hours=48)
BUCKETS: Final = HORIZON // BUCKET

LEADS: Final = tuple(timedelta(hours=hours) for hours in (0.25, 1, 3, 6, 12, 24, 48))
"""How long before a bucket begins what is known of it is counted."""

LEAD_NAMES: Final = ("15m", "1h", "3h", "6h", "12h", "24h", "48h")

AT_LEAD: Final = tuple(lead // BUCKET - 1 for lead in LEADS)
"""Of a forecast, the buckets that begin at these leads, or up to a quarter of an hour before: it begins with the next
whole quarter."""

QUARTERS: Final = 7 * 24 * 4

Floats = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]


def bucket_of(instant: datetime) -> int:
    """The number of the bucket that an instant is in, from 1970 on."""
    return (instant - _EPOCH) // BUCKET


def start_of(bucket: int) -> datetime:
    return _EPOCH + bucket * BUCKET


def quarter_of_week(wall: datetime) -> int:
    """0 for the quarter of an hour that begins on Monday at midnight by the clock on the wall, to 671."""
    return (wall.weekday() * 24 + wall.hour) * 4 + wall.minute // 15


def hours_ahead(made_at: datetime) -> Floats:
    """How far ahead of a forecast made then each of its buckets begins."""
    first = start_of(bucket_of(made_at) + 1)
    return np.asarray((first - made_at) / timedelta(hours=1) + np.arange(BUCKETS) * 0.25)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
