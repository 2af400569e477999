"""Writes what many tasks finish in one statement, without making any of them wait for long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, Generic, TypeVar

from onealarm.errors import DatabaseUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

SIZE: Final = 1000
"""Items in one statement."""

PAUSE: Final = timedelta(milliseconds=50)
"""Between two statements that are not full."""

BOUND: Final = 10_000
"""Items that wait; whoever brings another one waits before the door."""

_AT_ONCE: Final = 4
"""Statements under way."""

_Waiting = list[tuple[Item, "asyncio.Future[Result]"]]


class Batcher(Generic[Item, Result]):
    """The first item is written at once, those that follow within ``pause`` go together, as River's completer does it.

    A batch that is full, or holds an urgent item, waits for nothing. ``write`` answers each item, in their order. Where
    the database is away, all of a batch are told so; where it refuses, each item is written alone, so that one which
    cannot be written does not take the others with it.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        size: int = SIZE,
        pause: timedelta = PAUSE,
        bound: int = BOUND,
    ) -> None:
        self._write = write
        self._size = size
        self._pause = pause.total_seconds()
        self._room = asyncio.Semaphore(bound)
        self._waiting: _Waiting[Item, Result] = []
        self._flushes: set[asyncio.Task[None]] = set()
        self._is_urgent = False
        self._next: asyncio.TimerHandle | None = None
        self._next_at = float("inf")
        self._flushed_at = float("-inf")

    async def put(self, item: Item, *, urgent: bool = False) -> Result:
        """Write it with others, and return what became of it. Cancelled, an item that still waits is left out."""
        async with self._room:
            answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            self._waiting.append((item, answer))
            self._is_urgent = self._is_urgent or urgent
            self._schedule()
            return await answer

    def _schedule(self) -> None:
        """Decide when the next flush comes; its own turn lets what ends in this one come along."""
        loop = asyncio.get_running_loop()
        at = loop.time() if self._is_urgent or len(self._waiting) >= self._size else self._flushed_at + self._pause
        if self._next is not None:
            if self._next_at <= at:
                return
            self._next.cancel()
        self._next, self._next_at = loop.call_at(at, self._flush), at

    def _flush(self) -> None:
        self._next = None
        if len(self._flushes) >= _AT_ONCE:
            return  # the first of them that ends comes here again
        self._waiting = [one for one in self._waiting if not one[1].done()]
        batch, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
        self._is_urgent = self._is_urgent and bool(self._waiting)
        if batch:
            self._flushed_at = asyncio.get_running_loop().time()
            task = asyncio.create_task(self._write_batch(batch))
            self._flushes.add(task)
            task.add_done_callback(self._flushed)
        if self._waiting:
            self._schedule()

    def _flushed(self, task: asyncio.Task[None]) -> None:
        self._flushes.discard(task)
        if self._waiting:
            self._schedule()

    async def _write_batch(self, batch: _Waiting[Item, Result]) -> None:
        try:
            answers = await self._write([item for item, _ in batch])
        except DatabaseUnavailable as error:
            _fail(batch, error)
        except Exception as error:
            if len(batch) == 1:
                _fail(batch, error)
            else:
                for one in batch:
                    await self._write_batch([one])
        else:
            for (_, answer), result in zip(batch, answers, strict=True):
                if not answer.done():
                    answer.set_result(result)


def _fail(batch: _Waiting[Item, Result], error: Exception) -> None:
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(error)
