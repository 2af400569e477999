"""Demand: what a worker wants of a pool, from what it used and what had to wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pools import MINUTE

GROWTH: Final = 1.05
"""How much more than it used a worker wants next, so that a lease that is just enough may grow."""

CATCH_UP: Final = timedelta(seconds=15)
"""In how long what waits should be gone."""


def wants(*, used: ByClass, waiting: ByClass, period: timedelta, least: float = 0.0) -> ByClass:
    """Units per minute by class. ``used`` are units of the last ``period``, ``waiting`` those that wait for their turn.

    ``least`` is wanted without any demand, so that work that comes can begin.
    """
    minutes = max(period / MINUTE, 1e-3)
    grow, catch_up = GROWTH / minutes, MINUTE / CATCH_UP
    critical = grow * used.critical + catch_up * waiting.critical
    high = grow * used.high + catch_up * waiting.high
    normal = grow * used.normal + catch_up * waiting.normal
    return ByClass(critical, high, normal + max(0.0, least - critical - high - normal))
