"""The emergency ladder: how serious it is, from E0 (normal) to E6 (nobody works), and how it is left again.

The roadmap's trigger, more than 1,000 pending, is joined to the time that they take: alone it means 33 hours at 30 an
hour and six minutes at 10,000. The ladder is climbed at once, as far as the signals say, and left a rung at a time;
only the last level is left as soon as somebody works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from onealarm.control.signals import Signals


class Level(IntEnum):
    """Each includes what those below it do."""

    NORMAL = 0
    CROWDED = 1
    BEHIND = 2
    SHORT = 3
    SHORTER = 4
    LOCAL = 5
    SILENT = 6


EVERY: Final = timedelta(seconds=60)
DWELL: Final = timedelta(minutes=5)
"""No level is left downwards before it has been held for so long."""

_CHANGES, _WITHIN = 2, timedelta(minutes=10)
"""At most so many changes in so long a time; only the way up to the last two levels is always free."""

_CALM: Final = 0.6
"""A level is left when its signals are below this share of what enters it ..."""

_CALM_WINDOWS: Final = 2
"""... in so many evaluations in a row."""

PENDING: Final = 1000
_DRAIN_OF_MANY, _FEW, _DRAIN_OF_FEW = timedelta(minutes=6), 20, timedelta(minutes=15)
_THROTTLED: Final = 0.05
_DOWN: Final = timedelta(minutes=10)
LEAST_SLACK: Final = timedelta(seconds=40)
"""What even a short briefing needs: the p99 of its calls."""


@dataclass(frozen=True, slots=True)
class Override:
    """What an operator has set: this level, and no other, until it expires."""

    level: Level
    until: datetime


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where on the ladder the fleet is, and since when."""

    level: Level = Level.NORMAL
    changed_at: datetime | None = None
    calm: int = 0
    changes: tuple[datetime, ...] = ()

    def after(self, signals: Signals, now: datetime, *, override: Override | None = None) -> Ladder:
        """One evaluation, once a minute."""
        if override is not None and now < override.until:
            return self if self.level == override.level else self._to(override.level, now)
        wanted = level_for(signals)
        if self.level == Level.SILENT and signals.hands:
            # It said that nobody worked, and nothing of the load: once somebody does, the load alone counts.
            return self._to(wanted, now) if self._may_change(now) else self
        if wanted > self.level:
            return self._to(wanted, now) if wanted >= Level.LOCAL or self._may_change(now) else self
        if level_for(signals, share=_CALM) >= self.level:
            return replace(self, calm=0)
        calm = replace(self, calm=self.calm + 1)
        rested = self.changed_at is None or now - self.changed_at >= DWELL
        if self.level > Level.NORMAL and calm.calm >= _CALM_WINDOWS and rested and self._may_change(now):
            return self._to(Level(self.level - 1), now)
        return calm

    def _to(self, level: Level, now: datetime) -> Ladder:
        return Ladder(level, now, 0, (*self._recent(now), now))

    def _may_change(self, now: datetime) -> bool:
        return len(self._recent(now)) < _CHANGES

    def _recent(self, now: datetime) -> tuple[datetime, ...]:
        return tuple(change for change in self.changes if now - change < _WITHIN)


def level_for(signals: Signals, *, share: float = 1.0) -> Level:
    """The highest level that the signals call for; with ``share`` of each threshold in its place."""
    entered = _entered(signals, share)
    return max((level for level, is_entered in entered.items() if is_entered), default=Level.NORMAL)


def is_emergency(signals: Signals, *, share: float = 1.0) -> bool:
    """The roadmap's emergency: many are due and will not be done soon, or some will be missed."""
    many = signals.due > PENDING * share and signals.drain > _DRAIN_OF_MANY * share
    slow = signals.due >= _FEW * share and signals.drain > _DRAIN_OF_FEW * share
    return many or slow or signals.missed > 0


def _entered(signals: Signals, share: float) -> Mapping[Level, bool]:
    too_late = signals.slack is not None and signals.slack < LEAST_SLACK / share
    return {
        Level.CROWDED: is_emergency(signals, share=share) or signals.throttled > _THROTTLED * share,
        Level.BEHIND: (signals.due >= _FEW * share and signals.drain > _DRAIN_OF_FEW * share) or signals.later_short,
        Level.SHORT: signals.missed > 0,
        Level.SHORTER: (signals.missed > 0 and not signals.is_short_enough) or not signals.money_for_short,
        Level.LOCAL: signals.provider_down > _DOWN * share or too_late,
        Level.SILENT: not signals.hands,
    }
