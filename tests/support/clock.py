"""A clock that moves when the test says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class VirtualClock:
    """Implements ``onealarm.clock.Clock``: ``sleep`` returns when ``advance`` has moved far enough."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        if duration <= timedelta():
            await asyncio.sleep(0)  # lets others run; no time passes
            return
        await self.lie_down(duration)

    def lie_down(self, duration: timedelta) -> asyncio.Future[None]:
        """What a sleeper waits for. He counts as asleep at once."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + duration, future))
        return future

    def set(self, now: datetime) -> None:
        """Move to an instant, forwards or backwards, and wake whoever slept until then."""
        self._now = now
        for until, future in list(self._sleepers):
            if until <= now:
                self._sleepers.remove((until, future))
                if not future.done():
                    future.set_result(None)

    def advance(self, duration: timedelta) -> None:
        self.set(self._now + duration)
