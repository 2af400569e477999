"""How many jobs are worked side by side: fed forward by Little's law, bounded by permits, corrected by a gradient.

The gradient is Netflix's Gradient2 (concurrency-limits, ``Gradient2Limit``: smoothing 0.2, tolerance 1.5, gradient cut
to [0.5, 1], a limit that is not used is held) with a queue term of the square root in place of a constant 4, and a
multiplicative decrease where a provider refuses. Control reference 3.2 has the proof of its stability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

EVERY: Final = timedelta(seconds=15)
"""Between two steps. A call of 45 s answers three of them late, for which a smoothing of 0.2 has a factor 2 in hand."""

LEAST: Final = 2
_SMOOTHING: Final = 0.2
_TOLERANCE: Final = 1.5
_LONG: Final = 40
"""Steps of the long mean: ten minutes."""

_DRIFTED: Final = 2.0
_MOST_REFUSED: Final = 0.01
_DECREASE: Final = 0.7
_HEADROOM: Final = 1.2


@dataclass(frozen=True, slots=True)
class Window:
    """What was seen since the last step, or over two call times, whichever is longer.

    ``pace``: seconds per unit of what calls return (of audio, of text), because a latency follows the length of the
    answer; None where nothing was finished. ``refused``: share of calls that were answered with 429. ``retry_after``:
    the longest that a provider asked to wait.
    """

    pace: float | None
    in_flight: float
    refused: float = 0.0
    retry_after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class GradientLimit:
    """The corrected limit of one provider and model, in calls or jobs in flight."""

    limit: float
    most: float
    long_pace: float | None = None
    wait_until: datetime | None = None

    def after(self, window: Window, now: datetime) -> GradientLimit:
        """One step."""
        if window.refused > _MOST_REFUSED or window.retry_after > timedelta():
            return self._decreased(window, now)
        if window.pace is None:
            return self
        long_pace = self._long(window.pace)
        if window.in_flight < self.limit / 2:  # what is not used says nothing about the limit
            return replace(self, long_pace=long_pace)
        gradient = min(1.0, max(0.5, _TOLERANCE * long_pace / window.pace))
        wanted = gradient * self.limit + math.sqrt(self.limit)
        return replace(self, limit=self._kept_in(self.limit + _SMOOTHING * (wanted - self.limit)), long_pace=long_pace)

    def _decreased(self, window: Window, now: datetime) -> GradientLimit:
        """Once for each time that it takes to see the effect."""
        if self.wait_until is not None and now < self.wait_until:
            return self
        limit = self._kept_in(_DECREASE * self.limit)
        return replace(self, limit=limit, wait_until=now + max(EVERY, window.retry_after))

    def _long(self, pace: float) -> float:
        if self.long_pace is None:
            return pace
        long_pace = self.long_pace + (pace - self.long_pace) / _LONG
        return long_pace * 0.95 if long_pace / pace > _DRIFTED else long_pace

    def _kept_in(self, limit: float) -> float:
        return min(max(limit, LEAST), self.most)


def fed_forward(*, starts_per_second: float, processing: timedelta) -> int:
    """Jobs in flight for the planned starts: Little's law with a fifth in hand."""
    return math.ceil(_HEADROOM * starts_per_second * processing.total_seconds())


def allowed(*, forward: int, fed: int, corrected: float, most: int) -> int:
    """Jobs in flight: what the plan needs, at least two, but no more than permits feed or the provider bears."""
    return max(min(max(forward, LEAST), fed, math.floor(corrected), most), 0)
