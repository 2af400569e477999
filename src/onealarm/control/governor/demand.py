"""Demand: what a worker wants of a pool, from what it used and what had to wait."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from typing import Final

from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pools import MINUTE

GROWTH: Final = 1.02
"""How much more than it used a worker wants next, so that a lease that is just enough may grow."""

CATCH_UP: Final = timedelta(seconds=30)
"""In how long what waits should be gone."""

MEMORY: Final = timedelta(seconds=30)
"""Over how long use is averaged: in one period a worker makes a call or none, and a share that comes and goes with each
call is nobody's while it is handed on."""


def rate(before: ByClass, used: ByClass, *, period: timedelta) -> ByClass:
    """Units per minute that are used, averaged (e-fold in half a minute) with those ``used`` in the last ``period``."""
    new = 1.0 - exp(-(period / MEMORY))
    per_minute = MINUTE / period

    def averaged(was: float, units: float) -> float:
        return was + new * (units * per_minute - was)

    return ByClass(
        averaged(before.critical, used.critical),
        averaged(before.high, used.high),
        averaged(before.normal, used.normal),
    )


def wants(*, used: ByClass, waiting: ByClass, least: float = 0.0) -> ByClass:
    """Units per minute by class. ``used`` are units per minute, ``waiting`` those that wait for their turn.

    ``least`` is wanted without any demand, so that work that comes can begin.
    """
    catch_up = MINUTE / CATCH_UP
    critical = GROWTH * used.critical + catch_up * waiting.critical
    high = GROWTH * used.high + catch_up * waiting.high
    normal = GROWTH * used.normal + catch_up * waiting.normal
    return ByClass(critical, high, normal + max(0.0, least - critical - high - normal))
