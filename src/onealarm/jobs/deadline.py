"""When the work of an occurrence begins, and by when it should be done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

LEAD: Final = timedelta(minutes=58)
"""Work begins this long before the ring: long enough for a retry, short enough for fresh content."""

GUARD: Final = timedelta(minutes=5)
"""A briefing should be ready this long before the ring, so that the client can fetch it."""

EXPECTED_WORK: Final = timedelta(seconds=30)
"""What an attempt takes at most, as a rule."""


def deadline(ring_at: datetime) -> datetime:
    """The instant by which the briefing should be ready."""
    return ring_at - GUARD


def latest_start(ring_at: datetime, *, expected_work: timedelta = EXPECTED_WORK) -> datetime:
    """The last instant at which an attempt may begin and still be done by the deadline."""
    return deadline(ring_at) - expected_work


def slack(ring_at: datetime, now: datetime, *, expected_work: timedelta = EXPECTED_WORK) -> timedelta:
    """Time to the latest start; negative when an attempt that begins now will be late."""
    return latest_start(ring_at, expected_work=expected_work) - now
