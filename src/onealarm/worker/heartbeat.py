"""The heartbeat: one row per worker says that all its leases live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from onealarm.clock import Clock
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events, ServiceFailed
from onealarm.ids import WorkerId
from onealarm.jobs.queue import JobQueue
from onealarm.jobs.report import NOTHING, WorkerReport
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.tally import Tally

BEAT: Final = timedelta(seconds=5)

STALE: Final = timedelta(seconds=15)
"""``onealarm.stale()``: who has not beaten for so long counts as dead, and claims nothing."""

_AFTER_FAILURE: Final = timedelta(seconds=1)


class Heartbeat:
    """Beats every 5 s, and every second after a beat that failed."""

    def __init__(
        self,
        queue: JobQueue,
        *,
        time: DatabaseTime,
        clock: Clock,
        events: Events,
        every: timedelta = BEAT,
        advance: Callable[[], timedelta] = timedelta,
        tally: Tally | None = None,
    ) -> None:
        """With a ``tally`` the reports tell what the process has called and spoken."""
        self._queue = queue
        self._time = time
        self._clock = clock
        self._events = events
        self._every = every
        self._advance = advance
        self._tally = tally
        self._beat_at: datetime | None = None

    async def run(
        self, worker: WorkerId, *, revived: Callable[[], None], report: Callable[[], WorkerReport] = lambda: NOTHING
    ) -> None:
        """Beat at once, and on until cancelled. ``revived`` is called when it was new, or dead until this beat.

        What was looked for before was not found, though it may have been there. ``report`` goes with each beat.
        """
        while True:
            pause = self._every
            try:
                told = report() if self._tally is None else self._tally.told(report)
                instant = await self._queue.beat(worker, advance=self._advance(), report=told)
                self._time.hear(instant)
                if self._was_dead(instant):
                    revived()
            except DatabaseUnavailable as error:
                self._events.emit(ServiceFailed("heartbeat", str(error)))
                pause = min(self._every, _AFTER_FAILURE)
            await self._clock.sleep(pause)

    def _was_dead(self, instant: datetime) -> bool:
        before, self._beat_at = self._beat_at, instant
        return before is None or not timedelta() <= instant - before < STALE
