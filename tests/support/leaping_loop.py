"""An event loop that never waits for time: it leaps from timer to timer, but only while no statement is under way.

So the product's own services, workers and dispatches run as they are, on a real database, and an hour costs what is
done in it. The database lives at the loop's time too.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from onealarm.postgres.database import Database
from tests.support.clock import NOON

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

T = TypeVar("T")

_LOOK: Final = 0.05
"""Seconds that the world outside is waited for at once."""


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leapt = 0.0
        self.under_way = 0
        """Statements."""
        super().__init__(_Leaping(self))
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._leapt

    def leap(self, seconds: float) -> None:
        self._leapt += seconds


class _Leaping(selectors.DefaultSelector):
    """Where nothing has happened outside, and nobody waits for a database, the wait is over at once."""

    def __init__(self, loop: LeapingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if self._loop.under_way or timeout is None:
            return super().select(_LOOK)
        self._loop.leap(timeout)
        return found


class LoopClock:
    """Implements ``onealarm.clock.Clock`` by the loop's time, which begins at ``start``."""

    def __init__(self, start: datetime = NOON) -> None:
        self._loop = leaping()
        self._zero = start - timedelta(seconds=self._loop.time())

    def now(self) -> datetime:
        return self._zero + timedelta(seconds=self._loop.time())

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds()))

    async def until(self, instant: datetime) -> None:
        await self.sleep(instant - self.now())


class LeapingDatabase(Database):
    """A pool whose statements hold the time still."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        with time_held():
            async with super().connection() as connection:
                yield connection


@asynccontextmanager
async def leaping_database(url: str, clock: LoopClock) -> AsyncIterator[LeapingDatabase]:
    """A pool on a migrated database that lives by the loop's time."""
    with time_held():
        database = await LeapingDatabase.connect(url, now=clock.now)
    yield database
    with time_held():
        await database.close()


@contextmanager
def time_held() -> Iterator[None]:
    loop = leaping()
    loop.under_way += 1
    try:
        yield
    finally:
        loop.under_way -= 1


def leaping() -> LeapingLoop:
    """The loop that runs this test."""
    running = asyncio.get_running_loop()
    assert isinstance(running, LeapingLoop), "the test is to be run by run_leaping"
    return running


def run_leaping(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(main)
