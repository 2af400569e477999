"""How much one source may be asked: so many calls in any minute, so many in a day, and none while it refuses."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from typing import Final

from onealarm.errors import BadInput

_MINUTE: Final = timedelta(minutes=1)


class Budget:
    """Counts the calls of this process. The minute slides: no 60 seconds hold more than ``a_minute``; days are UTC's.

    Calls are in the source's own units: Twelve Data takes a credit for each symbol of a request.
    """

    def __init__(self, *, a_minute: int, a_day: int) -> None:
        if not 1 <= a_minute <= a_day:
            raise BadInput("budget", f"{a_minute} a minute and {a_day} a day do not fit", "Give 1 <= a_minute <= a_day")
        self.a_minute = a_minute
        self.a_day = a_day
        self._recent: deque[tuple[datetime, int]] = deque()
        self._in_minute = 0
        self._day: date | None = None
        self._in_day = 0
        self._closed_until: datetime | None = None

    @property
    def taken_today(self) -> int:
        """How much was taken on the day of the last call."""
        return self._in_day

    def take(self, now: datetime, *, cost: int = 1) -> timedelta | None:
        """None, with the cost counted, when the call may be made now; else how long there is no room for it."""
        wait = self._wait(now, cost)
        if wait is not None:
            return wait
        self._recent.append((now, cost))
        self._in_minute += cost
        self._in_day += cost
        return None

    def close(self, until: datetime) -> None:
        """Nothing is to be asked before ``until``: the source said so for all that we ask."""
        self._closed_until = max(until, self._closed_until or until)

    def _wait(self, now: datetime, cost: int) -> timedelta | None:
        if not 1 <= cost <= self.a_minute:
            raise ValueError(f"a call of {cost} never fits into {self.a_minute} a minute")
        self._forget(now)
        if self._closed_until is not None and now < self._closed_until:
            return self._closed_until - now
        if self._in_day + cost > self.a_day:
            return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo) - now
        if self._in_minute + cost > self.a_minute:
            return self._until_room(cost) - now
        return None

    def _forget(self, now: datetime) -> None:
        while self._recent and self._recent[0][0] <= now - _MINUTE:
            self._in_minute -= self._recent.popleft()[1]
        if self._day != now.date():
            self._day, self._in_day = now.date(), 0

    def _until_room(self, cost: int) -> datetime:
        """When enough of the last minute's calls are a minute old; there is such an instant, since ``cost`` fits."""
        needed = self._in_minute + cost - self.a_minute
        for at, spent in self._recent:
            needed -= spent
            if needed <= 0:
                return at + _MINUTE
        raise AssertionError("the calls of a minute add up to what is counted")
