"""Has degraded briefings, and those that lack a section, made again, once there is time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from onealarm.jobs.deadline import EXPECTED_WORK, GUARD
from onealarm.pipeline.ladder import NO_MONEY

_AT_ONCE: Final = 100
"""In a minute: more would come between jobs that have nothing yet."""

_BEFORE_THE_RING: Final = GUARD + 4 * EXPECTED_WORK
"""A client needs to fetch what is made; and what is made may have to be made twice."""

_REST: Final = timedelta(minutes=5)
"""After a provider or a source failed a briefing: by then it may be back, and ten tries fit before the ring."""


class Repairs(Protocol):
    """The implementation is ``onealarm.postgres.repairs``."""

    async def order(self, *, before_ring: timedelta, rest: timedelta, not_for: str, most: int) -> int:
        """Put in jobs for degraded briefings whose ring is further away than ``before_ring``; returns how many.

        One that was left to the local voice is tried again ``rest`` after it was made, one that lacks a section whose
        source failed after three times as long; one whose reason is ``not_for`` never.

        What there is stays and plays until something that is no worse replaces it.
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
        if not self._is_calm():
            return 0
        return await self._repairs.order(before_ring=_BEFORE_THE_RING, rest=_REST, not_for=NO_MONEY, most=_AT_ONCE)
