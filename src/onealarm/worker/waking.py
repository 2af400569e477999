"""When a worker with a free slot looks again: at a hint, when a job comes due, or after a pause that grows."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Final

QUIET: Final = timedelta(milliseconds=5)
"""The first hint is followed at once, those that come within this time together."""

FIRST: Final = timedelta(milliseconds=50)
LONGEST: Final = timedelta(seconds=1)
"""The pause after a claim that found nothing, doubled each time: what no hint tells waits at most the longest."""


class Waking:
    """``wake`` says that the worker itself has changed, ``hint`` that the queue may have."""

    def __init__(self, *, quiet: timedelta = QUIET, first: timedelta = FIRST, longest: timedelta = LONGEST) -> None:
        self._quiet = quiet.total_seconds()
        self._first = first.total_seconds()
        self._longest = longest.total_seconds()
        self._pause = self._first
        self._awake = asyncio.Event()
        self._hinted_at = float("-inf")
        self._follower: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        self._awake.set()

    def hint(self) -> None:
        if self._follower is not None:
            return
        loop = asyncio.get_running_loop()
        self._follower = loop.call_at(max(loop.time(), self._hinted_at + self._quiet), self._follow)

    def clear(self) -> None:
        """What is done from now on sees all that was said before."""
        self._awake.clear()

    async def wait_for_slot(self) -> None:
        await self._awake.wait()

    async def wait(self, *, found: int, until_due: timedelta | None) -> None:
        """``found`` is what the last look found, ``until_due`` how long it is until the next job comes due."""
        self._pause = self._first if found else min(2 * self._pause, self._longest)
        pause = self._pause
        if until_due is not None:
            pause = min(pause, max(self._quiet, until_due.total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._awake.wait()

    def _follow(self) -> None:
        self._follower = None
        self._hinted_at = asyncio.get_running_loop().time()
        self._pause = self._first
        self._awake.set()
