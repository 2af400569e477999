"""Ends the jobs whose ring has come."""

from __future__ import annotations

from datetime import timedelta

from onealarm.jobs.queue import JobQueue


class Expirer:
    """A job that is not done at the ring is of no use."""

    name = "expirer"
    every = timedelta(seconds=1)

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    async def run_once(self) -> int:
        return await self._queue.expire()
