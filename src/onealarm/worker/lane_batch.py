"""How many jobs a firing takes where nobody says: 10, 3 or 5 by the load, and fewer while the work takes long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from onealarm.clock import Clock
from onealarm.control.batch import BatchRule, Work
from onealarm.control.smoothing import FadingMean
from onealarm.control.snapshot import Snapshot
from onealarm.events import CallEnded, Event, JobDone

_HALF_LIFE: Final = timedelta(minutes=5)


class LaneBatch:
    """The leader's batch where somebody leads, who sees the whole fleet (``ordered``, None without one); else the same
    rule on what this process sees. As an observer of events it hears how long jobs take, and what providers refuse."""

    def __init__(
        self, *, ordered: Callable[[], int | None], look: Callable[[], Awaitable[Snapshot]], clock: Clock
    ) -> None:
        self._ordered = ordered
        self._look = look
        self._clock = clock
        self._rule = BatchRule()
        self._mean = FadingMean(_HALF_LIFE)
        self._done = self._sent = self._refused = 0
        """Since the factor was changed."""

    async def size(self) -> int:
        """Jobs for the next firing. Raises ``DatabaseUnavailable``."""
        ordered = self._ordered()
        if ordered is not None:
            return ordered
        queue = (await self._look()).queue
        work = Work(
            due=queue.due,
            processing=None if self._mean.value is None else timedelta(seconds=self._mean.value),
            completions=self._done,
            throttled=self._refused / self._sent if self._sent else 0.0,
        )
        before = self._rule.changed_at
        seen = self._rule.seen(due=queue.due, peak_share=queue.peak_share)
        self._rule = seen.adapted(work, self._clock.now())
        if self._rule.changed_at != before:
            self._done = self._sent = self._refused = 0
        return self._rule.size()

    def __call__(self, event: Event) -> None:
        if isinstance(event, JobDone):
            self._done += 1
            self._mean = self._mean.seen(event.took.total_seconds(), self._clock.now())
        elif isinstance(event, CallEnded):
            self._sent += 1
            self._refused += event.result == "refused"
