"""Whether a source may be asked now: by what this process has asked of it, and by what the whole fleet has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.errors import DatabaseUnavailable
from onealarm.sources.budget import Budget

_LOOK_AGAIN: Final = timedelta(seconds=10)
"""When the fleet's count cannot be read. What was last said serves meanwhile."""


class FleetBudgets(Protocol):
    """Counts what all processes ask. The implementation is ``onealarm.postgres.source_budgets``."""

    async def take(self, source: str, *, cost: int, a_minute: int, a_day: int) -> timedelta | None:
        """None, with the cost counted, when the call may be made now; else how long there is no room for it."""
        ...

    async def close(self, source: str, *, duration: timedelta) -> None:
        """Nobody asks it before that is over."""
        ...


class Allowance:
    """One source's. Without a ``fleet`` this process is alone."""

    def __init__(
        self, source: str, budget: Budget, *, now: Callable[[], datetime], fleet: FleetBudgets | None = None
    ) -> None:
        self.a_minute = budget.a_minute
        self._source = source
        self._budget = budget
        self._now = now
        self._fleet = fleet

    async def take(self, *, cost: int = 1) -> timedelta | None:
        """None, with the cost counted, when the call may be made now; else how long there is no room for it.

        What the fleet refuses stays counted in this process, which asks the less for it.
        """
        wait = self._budget.take(self._now(), cost=cost)
        if wait is not None or self._fleet is None:
            return wait
        try:
            return await self._fleet.take(
                self._source, cost=cost, a_minute=self._budget.a_minute, a_day=self._budget.a_day
            )
        except DatabaseUnavailable:
            return _LOOK_AGAIN

    async def close(self, until: datetime) -> None:
        """The source said for all that we ask: not before ``until``."""
        self._budget.close(until)
        if self._fleet is not None:
            try:
                await self._fleet.close(self._source, duration=until - self._now())
            except DatabaseUnavailable:
                return  # each process will hear it for itself
