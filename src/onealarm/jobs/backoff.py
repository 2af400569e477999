"""When to try again: growing, jittered pauses that never go past the latest start."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from onealarm.jobs.deadline import latest_start

FIRST: Final = timedelta(seconds=2)
CAP: Final = timedelta(minutes=5)


def next_attempt(
    *, attempt: int, ring_at: datetime, now: datetime, random: Random, wait: timedelta | None = None
) -> datetime | None:
    """The instant of the next attempt after ``attempt`` (from 1) failed, or None: give up.

    The pause doubles from 2 s to at most 5 min, with "equal jitter" (half fixed, half random; M. Brooker,
    "Exponential Backoff And Jitter", 2015). ``wait`` is a pause that the other side asked for and is always kept. A
    pause that would end after the latest start is shortened to end there; when that leaves less than was asked for,
    or the latest start has passed, there is no further attempt.
    """
    last = latest_start(ring_at)
    if now >= last:
        return None
    full = min(CAP, FIRST * (1 << min(attempt - 1, 10)))
    pause = full / 2 + full / 2 * random.random()
    if wait is not None:
        if now + wait > last:
            return None
        pause = max(pause, wait)
    return min(now + pause, last)
