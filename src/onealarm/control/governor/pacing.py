"""Pacing: calls go out one after the other at the granted rate, which may change at any moment.

The generic cell rate algorithm in its form as a leaky bucket (ITU-T I.371, annex A), turned round: credit grows at the
granted rate and a call takes its units from it. It never grows beyond one second's units, or one call's, begins at
nothing and is lost with the grant. So what a worker sends in any stretch of time is at most what was granted in that
stretch and one call more, whatever its grants were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from onealarm.control.governor.lanes import LANES, Lanes
from onealarm.control.governor.pools import BURST, MINUTE
from onealarm.jobs.priority import Priority

_DEBT: Final = timedelta(seconds=5)
"""For how long a lane stays closed, at most, after more urgent work used its share."""

_CLASSES: Final[tuple[Priority, ...]] = (1, 3, 5)
_NEXT_TO_NOTHING: Final = 1e-9
_LONGEST: Final = 1440.0
"""Minutes to wait at a rate of next to nothing: long before that there is another one."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The credit of one worker in one pool at ``at``; ``credit`` is by class, since each has its share of the rate."""

    call: float
    """Units of the largest call."""

    at: datetime
    per_minute: float = 0.0
    lanes: Lanes = LANES
    credit: tuple[float, float, float] = (0.0, 0.0, 0.0)
    closed_until: datetime | None = None
    """The provider asked for silence until then."""

    @property
    def most(self) -> float:
        """The most credit that there can be."""
        return max(self.call, self.per_minute * (BURST / MINUTE)) if self.per_minute > 0 else 0.0

    def seen_at(self, now: datetime) -> Pace:
        """The same, with the credit of ``now``; a clock that went back adds nothing."""
        minutes = max(0.0, (now - self.at) / MINUTE)
        grown = (
            min(self.most, credit + minutes * self.per_minute * self.lanes.of(priority))
            for credit, priority in zip(self.credit, _CLASSES, strict=True)
        )
        critical, high, normal = grown
        return replace(self, at=now, credit=(critical, high, normal))

    def granted(self, per_minute: float, *, now: datetime, lanes: Lanes = LANES) -> Pace:
        """Another rate from ``now`` on. A lane that is closed has no credit, and without a rate there is none."""
        then = replace(self.seen_at(now), per_minute=per_minute, lanes=lanes)
        critical, high, normal = (
            min(credit, then.most if lanes.of(priority) > 0 else 0.0)
            for credit, priority in zip(then.credit, _CLASSES, strict=True)
        )
        return replace(then, credit=(critical, high, normal))

    def wait(self, units: float, *, priority: Priority, now: datetime) -> timedelta | None:
        """How long a call of ``units`` has to wait; None when it may not go at this rate at all."""
        then = self.seen_at(now)
        rate = then.per_minute * then.lanes.of(priority)
        if rate <= 0:
            return None
        missing = min(units, then.most) - then.credit[_CLASSES.index(priority)]
        closed = max(timedelta(), (self.closed_until or now) - now)
        if missing <= _NEXT_TO_NOTHING:
            return closed
        return max(closed, MINUTE * min(missing / rate, _LONGEST) + timedelta(microseconds=1))

    def charged(self, units: float, *, now: datetime) -> Pace:
        """A call goes out, or turned out to take so many more; fewer than none gives back."""
        then = self.seen_at(now)
        floor = -max(self.call, then.per_minute * (_DEBT / MINUTE))
        critical, high, normal = then.credit
        high, normal = (min(then.most, max(credit - units, floor)) for credit in (high, normal))
        return replace(then, credit=(min(then.most, critical - units), high, normal))

    def closed(self, until: datetime) -> Pace:
        """Nothing goes out before ``until``."""
        return replace(self, closed_until=max(until, self.closed_until or until))
