"""The heartbeat: one row per worker says that all its leases live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from onealarm.clock import Clock
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events, ServiceFailed
from onealarm.ids import WorkerId
from onealarm.jobs.queue import JobQueue
from onealarm.worker.database_time import DatabaseTime

BEAT: Final = timedelta(seconds=5)

_AFTER_FAILURE: Final = timedelta(seconds=1)


class Heartbeat:
    """Beats every 5 s, and every second after a beat that failed; 15 s without one is death (``onealarm.stale()``)."""

    def __init__(
        self,
        queue: JobQueue,
        *,
        time: DatabaseTime,
        clock: Clock,
        events: Events,
        every: timedelta = BEAT,
        advance: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._queue = queue
        self._time = time
        self._clock = clock
        self._events = events
        self._every = every
        self._advance = advance

    async def run(self, worker: WorkerId) -> None:
        """Beat at once, and on until cancelled."""
        while True:
            pause = self._every
            try:
                self._time.hear(await self._queue.beat(worker, advance=self._advance()))
            except DatabaseUnavailable as error:
                self._events.emit(ServiceFailed("heartbeat", str(error)))
                pause = min(self._every, _AFTER_FAILURE)
            await self._clock.sleep(pause)
