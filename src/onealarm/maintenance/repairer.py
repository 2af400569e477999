"""Has short briefings made again in full, once there is time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from onealarm.jobs.deadline import EXPECTED_WORK, GUARD

_AT_ONCE: Final = 100
"""In a minute: more would come between jobs that have nothing yet."""

_BEFORE_THE_RING: Final = GUARD + 4 * EXPECTED_WORK
"""A client needs to fetch what is made; and what is made may have to be made twice."""


class Repairs(Protocol):
    """The implementation is ``onealarm.postgres.repairs``."""

    async def order(self, *, before_ring: timedelta, most: int) -> int:
        """Put in jobs for short briefings whose ring is further away than ``before_ring``; returns how many.

        What there is stays and plays until something better replaces it.
        """
        ...


class Repairer:
    """A service. ``is_calm``: whether there is no emergency."""

    name = "repairer"
    every = timedelta(minutes=1)

    def __init__(self, repairs: Repairs, *, is_calm: Callable[[], bool]) -> None:
        self._repairs = repairs
        self._is_calm = is_calm

    async def run_once(self) -> int:
        return await self._repairs.order(before_ring=_BEFORE_THE_RING, most=_AT_ONCE) if self._is_calm() else 0
