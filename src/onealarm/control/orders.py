"""What the leader publishes and everybody obeys: good for a day, so that the fleet works on when nobody leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from onealarm.control.cadence import FASTEST
from onealarm.control.emergency import Level
from onealarm.control.plan.advance import NO_ADVANCE, AdvancePlan


@dataclass(frozen=True, slots=True)
class Orders:
    """``plan``: how much earlier than its time work may begin, minute by minute.

    ``short_share``: how many of the briefings are short, 0 to 1, from level E3 on. ``batch``: jobs per claim of the
    lanes. ``desired_slots``: what the fleet should be able to work side by side, and ``reason`` why; ``workers``: how
    many lived when this was made. ``missing``: segments of a briefing of the coming hour that are expected to be
    missing, None where nothing is known.
    """

    plan: AdvancePlan
    made_at: datetime
    level: Level
    short_share: float
    tick: timedelta
    batch: int
    desired_slots: int
    reason: str
    workers: int
    missing: float | None = None

    @property
    def slots_per_worker(self) -> int:
        """An even share of the desired slots."""
        return max(1, -(-self.desired_slots // max(self.workers, 1)))


def no_orders(now: datetime) -> Orders:
    """What holds before anybody has led: the plain rule of the lead, at the usual pace."""
    return Orders(NO_ADVANCE, now, Level.NORMAL, 0.0, FASTEST, batch=5, desired_slots=0, reason="none", workers=0)
