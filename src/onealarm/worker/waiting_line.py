"""The line: calls wait for their units in the order of their rings."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from onealarm.clock import Clock
from onealarm.control.governor.pools import Work
from onealarm.errors import Retryable
from onealarm.jobs.priority import Priority, priority
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.meter import Meter

_NUMBERS: Final = count()


@dataclass(order=True, slots=True)
class _Place:
    ring_at: datetime
    number: int = field(default_factory=lambda: next(_NUMBERS))
    work: Work = field(default_factory=dict, compare=False)


class Line:
    """One for each provider and model. Whoever rings first goes first, so nobody waits behind less urgent work."""

    def __init__(self, meter: Meter, *, time: DatabaseTime, clock: Clock) -> None:
        self._meter = meter
        self._time = time
        self._clock = clock
        self._places: list[_Place] = []
        self._moved: asyncio.Future[None] | None = None
        meter.serve(self._waiting, changed=self.move)

    async def pass_through(
        self, work: Work, *, ring_at: datetime, latest: datetime, as_critical: bool = False
    ) -> Priority:
        """Wait for the units of one call and take them; returns the class in which it went.

        Raises ``Retryable`` when they will not be there by ``latest``, the last instant at which the call helps.
        """
        place = _Place(ring_at, work=work)
        insort(self._places, place)
        try:
            while True:
                now = self._time.now()
                lane: Priority = 1 if as_critical else priority(ring_at, now)
                wait = None
                if self._places[0] is place:
                    wait = self._meter.take(work, priority=lane)
                    if wait <= timedelta():
                        return lane
                if now + (wait or timedelta()) > latest:
                    raise Retryable("the provider's limits leave no room in time")
                await self._pause(min(wait or latest - now, latest - now) + timedelta(microseconds=1))
        finally:
            self._places.remove(place)
            self.move()

    def move(self) -> None:
        """Something has changed for those who wait."""
        moved, self._moved = self._moved, None
        if moved is not None:
            moved.set_result(None)

    def _waiting(self) -> Iterable[tuple[Work, Priority]]:
        now = self._time.now()
        return [(one.work, priority(one.ring_at, now)) for one in self._places]

    async def _pause(self, wait: timedelta) -> None:
        """For ``wait``, or until the line moves."""
        if self._moved is None:
            self._moved = asyncio.get_running_loop().create_future()
        slept = asyncio.ensure_future(self._clock.sleep(wait))
        try:
            await asyncio.wait({self._moved, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            slept.cancel()
