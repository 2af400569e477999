"""Gives the jobs of dead workers back to the queue."""

from __future__ import annotations

from datetime import timedelta

from onealarm.ids import WorkerId
from onealarm.jobs.queue import JobQueue


class Rescuer:
    """A beat of 5 s, death after 15 s and this look every second bring a job back within 20 s of its worker's death."""

    name = "rescuer"
    every = timedelta(seconds=1)

    def __init__(self, queue: JobQueue, *, by: WorkerId) -> None:
        self._queue = queue
        self._by = by

    async def run_once(self) -> int:
        return await self._queue.rescue(self._by)
