"""An event loop whose time is moved by hand, so that pauses cost none and are exact."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

_TURNS: Final = 1000
"""More than any chain of callbacks in a test needs."""


class HandLoop(asyncio.SelectorEventLoop):
    """``time`` stands still until ``pass_time``. Nothing may wait for the world outside."""

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())
        self._now = 1000.0

    def time(self) -> float:
        return self._now

    async def turn(self) -> None:
        """Let those run whose turn it is, before any timer that they set."""
        turned = self.create_future()
        self.call_soon(turned.set_result, None)
        await turned

    async def settle(self) -> None:
        """Let all run that can run now."""
        for _ in range(20):
            await self.turn()

    async def pass_time(self, duration: timedelta) -> None:
        """Move on from one timer to the next, each in its order and at its time."""
        await self.settle()
        until = self._now + duration.total_seconds()
        for _ in range(_TURNS):
            due = [timer.when() for timer in self._scheduled if not timer.cancelled() and timer.when() <= until]  # type: ignore[attr-defined]
            if not due:
                break
            self._now = max(self._now, min(due))
            await self.settle()
        else:
            raise AssertionError("the timers have no end")
        self._now = until
        await self.settle()


def loop() -> HandLoop:
    """The loop that runs this test."""
    running = asyncio.get_running_loop()
    assert isinstance(running, HandLoop), "the test is to be run by_hand"
    return running


def by_hand(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test run on such a loop."""

    def run() -> None:
        with asyncio.Runner(loop_factory=HandLoop) as runner:
            runner.run(test())

    run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
    return run
