"""Finds jobs that no hint has told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from onealarm.jobs.frontier import END, Hint
from onealarm.jobs.queue import JobQueue


class Finder:
    """A service that looks where the first due job waits, and hints at it.

    Nothing is locked and nothing is claimed, so that no claim takes longer where the index is full of what is done.
    """

    name = "finder"
    every = timedelta(seconds=30)

    def __init__(
        self, queue: JobQueue, *, hear: Callable[[Hint], None], advance: Callable[[], timedelta] = timedelta
    ) -> None:
        self._queue = queue
        self._hear = hear
        self._advance = advance

    async def run_once(self) -> int:
        """Returns 0: a job that waits may be on its way to a worker already."""
        first = await self._queue.first_waiting(advance=self._advance())
        if first is not None:
            self._hear(Hint(first, END))
        return 0
