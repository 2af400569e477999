"""How many jobs one claim takes: the roadmap's table of 10, 3 and 5, times a factor that follows the processing time.

A batch trades the cost of claims against how long a lease sits unworked. It never sets how much is worked side by
side: that is ``concurrency``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LOADED, PEAK, USUAL = 10, 3, 5
"""The roadmap's sizes: for more than 1,000 due, for a local morning, otherwise. Load goes before peak, as there."""

_LOADED_ABOVE, _LOADED_UNTIL = 1000, 800
_PEAK_ABOVE, _PEAK_UNTIL = 0.5, 0.4

EVERY: Final = timedelta(seconds=60)
"""Between two changes of the factor."""

TOO_LONG: Final = timedelta(seconds=300)
"""The roadmap's limit of the mean processing time."""

WELL: Final = timedelta(seconds=240)
"""The roadmap's target for it."""

_LEAST_COMPLETIONS: Final = 5
_MOST_THROTTLED: Final = 0.05
_LEAST_FACTOR, _MOST_FACTOR = 0.2, 2.5
MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Work:
    """What the factor follows. ``processing`` is the mean from claim to ready, None while none is known.

    ``completions`` since the last change of the factor; ``throttled`` is the share of calls that a provider refused
    as too many.
    """

    due: int
    processing: timedelta | None
    completions: int
    throttled: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchRule:
    """The rule's memory: two latches, so that a count at an edge does not swing the size, and the factor."""

    is_loaded: bool = False
    is_peak: bool = False
    factor: float = 1.0
    changed_at: datetime | None = None

    def seen(self, *, due: int, peak_share: float) -> BatchRule:
        """With the due jobs, and the share of those due within 15 minutes whose ring is in a local morning."""
        return replace(
            self,
            is_loaded=due > _LOADED_ABOVE or (self.is_loaded and due >= _LOADED_UNTIL),
            is_peak=peak_share > _PEAK_ABOVE or (self.is_peak and peak_share >= _PEAK_UNTIL),
        )

    def adapted(self, work: Work, now: datetime) -> BatchRule:
        """Once a minute: halved where processing takes too long or the provider refuses, else slowly grown again."""
        if self.changed_at is not None and timedelta() <= now - self.changed_at < EVERY:
            return self
        if work.completions < _LEAST_COMPLETIONS or work.processing is None:
            return self
        factor = self.factor
        if work.processing > TOO_LONG or work.throttled > _MOST_THROTTLED:
            factor = max(_LEAST_FACTOR, factor / 2)
        elif work.processing < WELL and work.due >= self.size():
            factor = min(_MOST_FACTOR, factor + 0.1)
        return replace(self, factor=factor, changed_at=now)

    @property
    def base(self) -> int:
        """The roadmap's own number."""
        if self.is_loaded:
            return LOADED
        return PEAK if self.is_peak else USUAL

    def size(self, *, free: int = MOST, fed: int = MOST) -> int:
        """Jobs for the next claim, where ``free`` slots are free and permits are there for ``fed`` jobs.

        At least one where there are both: none is claimed that nobody could begin.
        """
        return min(max(1, round(self.base * self.factor)), MOST, max(free, 0), max(fed, 0))


_MORNING_FROM, _MORNING_TO = timedelta(hours=6), timedelta(hours=9)


def is_morning(local: timedelta) -> bool:
    """Whether a local time of day, as time since midnight, is in the roadmap's peak: from six until 08:59."""
    return _MORNING_FROM <= local < _MORNING_TO
