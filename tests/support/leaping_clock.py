"""A clock on which nobody waits: time leaps from pause to pause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from onealarm.control.governor.pools import RENEWAL
from tests.support.clock import VirtualClock


class LeapingClock(VirtualClock):
    """Nobody waits: each pause moves the time to its end, with the renewals and grants that come due on the way."""

    def __init__(self) -> None:
        super().__init__()
        self._leaping = asyncio.Lock()
        self.every_5_seconds: Callable[[], Awaitable[None]] | None = None

    async def sleep(self, duration: timedelta) -> None:
        """A renewal that has begun comes to its end first."""
        async with self._leaping:
            until = self.now() + duration
        while self.now() < until:
            async with self._leaping:
                self.advance(min(RENEWAL, max(timedelta(), until - self.now())))
                if self.every_5_seconds is None:
                    continue
                renewing = asyncio.ensure_future(self.every_5_seconds())
                try:
                    await asyncio.shield(renewing)
                except asyncio.CancelledError:
                    await renewing
                    raise
