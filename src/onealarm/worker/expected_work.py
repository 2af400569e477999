"""What one briefing is expected to take of each provider, by what the last ones took: its missing segments."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from onealarm.control.governor.pools import PoolId, Unit, Work
from onealarm.events import CallPaid, Event, SegmentsFound

_WEIGHT: Final = 0.05
"""Of the newest briefing in the mean: the last forty tell nearly all."""


class ExpectedWork:
    """An observer of events that keeps the mean of units per briefing for each pool."""

    def __init__(self) -> None:
        self._missing: float | None = None
        self._spoken = 0.0
        self._mean: dict[PoolId, float] = {}
        self._since: defaultdict[PoolId, float] = defaultdict(float)

    def __call__(self, event: Event) -> None:
        if isinstance(event, CallPaid):
            units: dict[Unit, float] = {
                "requests": event.requests,
                "tokens": event.tokens,
                "characters": event.characters,
            }
            for unit, amount in units.items():
                self._since[PoolId(event.provider, event.model, unit)] += amount
        elif isinstance(event, SegmentsFound):
            self._end_of_briefing(event.spoken)

    def expect(self, missing: float | None) -> None:
        """The plan expects so many missing segments of an alarm of the coming hour; None where it knows nothing."""
        self._missing = missing

    def work(self) -> Work:
        """Units by pool that a briefing takes; nothing of a pool that was never used.

        What the last ones took, for as many segments as the plan expects to be missing.
        """
        if self._missing is None or self._spoken <= 0:
            return dict(self._mean)
        return {pool: self._missing / self._spoken * units for pool, units in self._mean.items()}

    def _end_of_briefing(self, spoken: int) -> None:
        """Several are made side by side, so one may count another's calls; in the mean it comes out right."""
        self._spoken = spoken if not self._mean else self._spoken + _WEIGHT * (spoken - self._spoken)
        for pool in self._mean.keys() | self._since.keys():
            spent = self._since.pop(pool, 0.0)
            before = self._mean.get(pool, spent)
            self._mean[pool] = before + _WEIGHT * (spent - before)
