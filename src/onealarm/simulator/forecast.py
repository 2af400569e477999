"""What a controller can know of the future in a simulated world: what waits, and what an average day still brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.lazy_edf import HORIZON, Outlook
from onealarm.control.plan.window import LONGEST
from onealarm.simulator.queue import SimulatedQueue
from onealarm.simulator.world import LEAD_MINUTES, World

_MINUTE: Final = timedelta(minutes=1)
SEEN: Final = (HORIZON + LONGEST) // _MINUTE
"""Minutes: as far as the last minute of the plan may reach."""


@dataclass(frozen=True)
class Forecast:
    """``is_blind``: what is not set yet is not thought of, and nothing is thought to be cancelled."""

    world: World
    is_blind: bool = False

    @cached_property
    def _still_to_come(self) -> NDArray[np.float64]:
        return self.world.habits.still_to_come(_AHEAD)

    @cached_property
    def _staying(self) -> NDArray[np.float64]:
        return self.world.habits.staying(_AHEAD)

    def outlook(self, queue: SimulatedQueue, *, minute: int) -> Outlook:
        """At the beginning of a minute. An outage is thought to be over at once: nobody knows how long it will last."""
        known = queue.ahead(minute, count=SEEN)
        capacity = np.full(SEEN, self.world.per_minute)
        if self.is_blind:
            return Outlook(known, np.ones(SEEN), np.zeros(SEEN), capacity)
        habits = self.world.habits
        coming = self._expected(minute) * self._still_to_come
        return Outlook(known, self._staying, coming, capacity, doubt=habits.day_noise)

    def _expected(self, minute: int) -> NDArray[np.float64]:
        return self.world.expected_rings(minute=minute + LEAD_MINUTES, count=SEEN)


_AHEAD: Final = np.arange(SEEN) + LEAD_MINUTES
"""Minutes to the ring of what prefers each minute from now."""
