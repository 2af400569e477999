"""The roadmap's priority: how near the ring is, worked out when asked, so that it is never stale.

Equal to the SQL function ``priority(audio_generation_queue)``. It names lanes and permissions; the order of work is
always the earliest ring first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from onealarm.jobs.deadline import LEAD

Priority = Literal[1, 3, 5]

CRITICAL: Final = timedelta(minutes=25)


def priority(ring_at: datetime, now: datetime) -> Priority:
    """1 (critical) within 25 minutes of the ring, 3 (high) within the lead of 58 minutes, else 5 (normal)."""
    if ring_at - now <= CRITICAL:
        return 1
    if ring_at - now <= LEAD:
        return 3
    return 5
