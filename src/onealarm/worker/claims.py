"""Claims: permits first, then the earliest due jobs, from where they can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from onealarm.ids import WorkerId
from onealarm.jobs.frontier import EVERY, Frontier, Hint
from onealarm.jobs.job import Job
from onealarm.jobs.queue import JobQueue
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.permits import LocalWork, Permits

UNHEARD: Final = timedelta(seconds=1)
"""How often all of the order is looked through while no hints can be heard."""


class Claims:
    """What one worker claims. ``advance`` is how much earlier than usual work may begin."""

    def __init__(
        self,
        queue: JobQueue,
        *,
        worker: WorkerId,
        time: DatabaseTime,
        permits: Permits | None = None,
        unheard: timedelta = UNHEARD,
        advance: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._queue = queue
        self._worker = worker
        self._time = time
        self._permits = permits or LocalWork()
        self._unheard = self._every = unheard
        self._advance = advance
        self._frontier = Frontier(every=unheard)

    @property
    def may_be_ahead(self) -> bool:
        """Whether jobs may be claimed that nobody is free to begin: only those that hold no permit meanwhile."""
        return not self._permits.scarce

    def hear(self, hint: Hint) -> None:
        self._frontier.hear(hint)

    def listen(self, *, is_heard: bool) -> None:
        """Whether hints are heard from now on. What was said until now may have been missed."""
        self._every = EVERY if is_heard else self._unheard
        self.look_everywhere()

    def look_everywhere(self) -> None:
        """What was heard and looked for until now counts for nothing."""
        self._frontier.look_everywhere(every=self._every)

    def ended(self, number: int) -> None:
        """So many jobs that were claimed here are no longer worked on."""
        self._permits.ended(number)

    async def claim(self, most: int, *, begins: bool = True) -> list[Job]:
        """Up to ``most`` due jobs, earliest ring first; none without permits.

        Where it fails nothing is kept: not the permits, and what it may have claimed is nobody's to work.
        """
        granted = await self._permits.take(most)
        if granted <= 0:
            return []
        jobs: list[Job] = []
        try:
            jobs = await self._look_for(granted, begins=begins)
        finally:
            self._permits.give_back(granted - len(jobs))
        if jobs:
            self._time.hear(jobs[-1].claimed_at)
        return jobs

    async def _look_for(self, most: int, *, begins: bool) -> list[Job]:
        if not self._time.is_known:
            self._time.hear(await self._queue.now())
        jobs: list[Job] = []
        for stretch in self._frontier.stretches(self._time.now()):
            limit = most - len(jobs)
            found = await self._queue.claim(
                self._worker, limit=limit, advance=self._advance(), stretch=stretch, begins=begins
            )
            self._frontier.took(stretch, found, limit=limit)
            jobs += found
            if len(jobs) >= most:
                break
        return jobs

    async def next_due(self) -> datetime | None:
        """When there is something to claim again without anybody saying so; None when nothing is known of."""
        due = [self._frontier.opens_at, await self._queue.next_due(advance=self._advance())]
        return min((one for one in due if one is not None), default=None)
