"""What users do to their alarms before they ring: some set them late, some cancel them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Habits:
    """All are assumptions.

    ``late_share`` of the alarms is set late: ``late_least`` before the ring and, on average, ``late_mean`` more, with
    an exponential distribution. ``cancelled_share`` is cancelled, on average ``cancelled_mean`` before the ring. The
    number of alarms of a day varies by ``day_noise`` of itself (standard deviation).
    """

    late_share: float = 0.20
    late_mean: timedelta = 7 * _HOUR
    late_least: timedelta = 15 * _MINUTE
    cancelled_share: float = 0.06
    cancelled_mean: timedelta = 10 * _HOUR
    day_noise: float = 0.03

    def still_to_come(self, minutes: NDArray[Any]) -> NDArray[np.float64]:
        """Share of all alarms that are not set yet, so many minutes before they ring."""
        ahead = np.maximum(minutes - self.late_least / _MINUTE, 0.0)
        return np.asarray(self.late_share * -np.expm1(-ahead / (self.late_mean / _MINUTE)))

    def staying(self, minutes: NDArray[Any]) -> NDArray[np.float64]:
        """Share of the alarms that are there, so many minutes before they ring, that will not be cancelled."""
        later = self.cancelled_share * -np.expm1(-np.maximum(minutes, 0.0) / (self.cancelled_mean / _MINUTE))
        return np.asarray(1 - later / (1 - self.cancelled_share + later))


STEADY = Habits(late_share=0.0, cancelled_share=0.0, day_noise=0.0)
"""Everything is known from the beginning, and stays."""
