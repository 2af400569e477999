"""Leads the fleet, or stands by to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final, Protocol

from onealarm.ids import WorkerId

LEASE: Final = timedelta(seconds=10)
"""Whoever does not renew his leadership for so long has lost it, ..."""

EVERY: Final = timedelta(seconds=3)
"""... and within so long again another has it: together less than 15 s."""


class Leadership(Protocol):
    """One leader at a time. The implementation is ``onealarm.postgres.leader``."""

    async def lead(self, holder: WorkerId, *, lease: timedelta) -> int | None:
        """The epoch under which ``holder`` leads for as long as ``lease``; None while another does."""
        ...

    async def resign(self, holder: WorkerId) -> None: ...


class Leading:
    """A service that renews. ``epoch`` is what others act under."""

    name = "leader"
    every = EVERY

    def __init__(self, leadership: Leadership, *, holder: WorkerId, steady: Callable[[], float] = monotonic) -> None:
        self._leadership = leadership
        self._holder = holder
        self._steady = steady
        self._epoch: int | None = None
        self._until = float("-inf")

    @property
    def epoch(self) -> int | None:
        """None while another leads, or it is not sure any more that nobody does."""
        return self._epoch if self._steady() < self._until else None

    async def run_once(self) -> int:
        """Returns 1 when a new epoch of ours has begun."""
        asked_at = self._steady()
        before, self._epoch = self._epoch, await self._leadership.lead(self._holder, lease=LEASE)
        self._until = asked_at + LEASE.total_seconds()
        return int(self._epoch is not None and self._epoch != before)

    async def resign(self) -> None:
        if self.epoch is not None:
            self._epoch = None
            await self._leadership.resign(self._holder)
