"""How a command that runs is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable


@contextlib.asynccontextmanager
async def until_stopped() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C, SIGTERM and a closed terminal set; the second Ctrl-C ends the process without waiting."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        stopping.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, number)
    yield stopping


async def call_when(event: asyncio.Event, action: Callable[[], None]) -> None:
    await event.wait()
    action()
