"""What the leader publishes and everybody obeys: good for a day, so that the fleet works on when nobody leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from onealarm.control.cadence import FASTEST
from onealarm.control.emergency import Level

MINUTE: Final = timedelta(minutes=1)
HORIZON: Final = 24 * 60
"""Minutes for which the advance window is told."""


@dataclass(frozen=True, slots=True)
class Orders:
    """``advance``: for each minute from ``starts_at`` on, by how many seconds before its time work may begin.

    ``short_share``: how many of the briefings are short, 0 to 1, from level E3 on. ``batch``: jobs per claim of the
    lanes. ``desired_slots``: what the fleet should be able to work side by side, and ``reason`` why; ``workers``: how
    many lived when this was made.
    """

    epoch: int
    made_at: datetime
    starts_at: datetime
    advance: tuple[int, ...]
    level: Level
    short_share: float
    tick: timedelta
    batch: int
    desired_slots: int
    reason: str
    workers: int

    @property
    def valid_until(self) -> datetime:
        return self.starts_at + len(self.advance) * MINUTE

    def advance_at(self, now: datetime) -> timedelta:
        """By how much work may begin before its time. Nothing outside of what was planned: then only what is due is."""
        minute = (now - self.starts_at) // MINUTE
        return timedelta(seconds=self.advance[minute]) if 0 <= minute < len(self.advance) else timedelta()

    @property
    def slots_per_worker(self) -> int:
        """An even share of the desired slots."""
        return max(1, -(-self.desired_slots // max(self.workers, 1)))


def no_orders(now: datetime) -> Orders:
    """What holds before anybody has led: the plain rule of the lead, at the usual pace."""
    return Orders(0, now, now, (), Level.NORMAL, 0.0, FASTEST, batch=5, desired_slots=0, reason="none", workers=0)
