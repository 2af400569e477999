"""How long it takes at most until work is looked for again: the roadmap's phase 5, without the gap from 10 to 50.

An upper bound beside the wake-ups, not a poll: hints, free slots and jobs that come due wake a worker at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

TICKS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300))
"""For more than 100 due jobs, more than 50, at least 10, and fewer."""

FASTEST: Final = TICKS[0]
_SLOWER_AFTER: Final = 2


@dataclass(frozen=True, slots=True)
class Cadence:
    """The tick by load. It quickens at once and slows down only after two evaluations in a row say so."""

    tick: timedelta = FASTEST
    slower_in_a_row: int = 0

    def seen(self, due: int) -> Cadence:
        wanted = tick_for(due)
        if wanted <= self.tick:
            return Cadence(wanted)
        if self.slower_in_a_row + 1 < _SLOWER_AFTER:
            return Cadence(self.tick, self.slower_in_a_row + 1)
        return Cadence(wanted)

    def bounded(self, *, by_class: timedelta, is_peak: bool) -> timedelta:
        """No slower than the class of the most urgent job allows, nor, in a local morning, than the fastest."""
        return min(self.tick, by_class, FASTEST if is_peak else self.tick)


def tick_for(due: int) -> timedelta:
    """The roadmap's table."""
    if due > 100:
        return TICKS[0]
    if due > 50:
        return TICKS[1]
    return TICKS[2] if due >= 10 else TICKS[3]
