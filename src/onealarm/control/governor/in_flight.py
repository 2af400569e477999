"""How much may be under way at once: no more than what is leased can feed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from onealarm.control.governor.pools import MINUTE, PoolId, Work


def most_in_flight(leased: Mapping[PoolId, float], work: Work, *, span: timedelta) -> int:
    """How many alarms may be under way, each of which takes ``work`` (units by pool) and lasts ``span``.

    Little's law: as many as begin in a span at the leased rates (units per minute), and one where a minute's units are
    enough for one. Work that needs no pool is bounded by nothing here, and answered with a number beyond all slots.
    """
    alarms_per_minute = [leased.get(pool, 0.0) / units for pool, units in work.items() if units > 0]
    if not alarms_per_minute:
        return 1 << 30
    least = min(alarms_per_minute)
    return max(int(least * min(1.0, span / MINUTE)), min(1, int(least)))
