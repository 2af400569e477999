"""Ends the jobs whose ring has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from onealarm.jobs.queue import JobQueue

_EVERYWHERE: Final = timedelta(seconds=30)
"""How often all of the past is looked through, and how far back every other look goes: what is done in between stays in
the index for as long as an old snapshot lasts, so that to pass it each second would cost more and more."""


class Expirer:
    """A job that is not done at the ring is of no use."""

    name = "expirer"
    every = timedelta(seconds=1)

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._everywhere_at: datetime | None = None

    async def run_once(self) -> int:
        now = await self._queue.now()
        before = self._everywhere_at
        if before is not None and timedelta() <= now - before < _EVERYWHERE:
            return await self._queue.expire(after=before - _EVERYWHERE)
        expired = await self._queue.expire()
        self._everywhere_at = now
        return expired
