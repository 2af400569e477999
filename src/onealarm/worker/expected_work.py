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
            self._end_of_briefing()

    def work(self) -> Work:
        """Units by pool that a briefing takes in the mean; nothing of a pool that was never used."""
        return dict(self._mean)

    def _end_of_briefing(self) -> None:
        """Several are made side by side, so one may count another's calls; in the mean it comes out right."""
        for pool in self._mean.keys() | self._since.keys():
            spent = self._since.pop(pool, 0.0)
            before = self._mean.get(pool, spent)
            self._mean[pool] = before + _WEIGHT * (spent - before)
