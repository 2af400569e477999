"""The scheduler: fires the lanes of a schedule at their instants.

Any number may run the same schedule: a firing, which is a lane and an instant, is claimed in the database before it is
carried out. A lane does one thing at a time. What it missed, while it was busy or nobody was there, is made up for by
one firing, however much it was: each takes what is due, not what was due then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.clock import Clock
from onealarm.control.schedules.firings import next_firing
from onealarm.control.schedules.lane import Every, Lane, Schedule
from onealarm.control.schedules.order import Order, Outcome, order_of
from onealarm.errors import DatabaseUnavailable, safe_reason
from onealarm.events import Events, LaneFired, ServiceFailed
from onealarm.ids import WorkerId

LONGEST_SLEEP: Final = timedelta(minutes=1)
"""The database's clock decides, and this process's may go another way."""

AFTER_FAILURE: Final = timedelta(seconds=5)

FORGET_EVERY: Final = timedelta(hours=1)


class Firings(Protocol):
    """The firings that were claimed. The implementation is ``onealarm.postgres.firings``."""

    async def last_claims(self, lanes: Sequence[str]) -> Mapping[str, datetime]:
        """When each lane last had a firing claimed; lanes that never had are left out."""
        ...

    async def claim(self, lane: str, fire_at: datetime, *, by: WorkerId) -> bool:
        """Whether the firing is ours. Of all who ask, one is told so."""
        ...

    async def forget(self) -> int:
        """Forget firings of more than a day ago, but for each lane's last; returns how many."""
        ...


class Scheduler:
    """Runs until it is told to stop. ``now`` tells the database's time, ``dispatch`` carries out an order."""

    def __init__(
        self,
        schedule: Schedule,
        *,
        firings: Firings,
        dispatch: Callable[[Order], Awaitable[Outcome]],
        now: Callable[[], Awaitable[datetime]],
        by: WorkerId,
        clock: Clock,
        events: Events,
        hurry: Callable[[], timedelta | None] = lambda: None,
    ) -> None:
        """``hurry`` tells how often lanes are to fire at the least, each within its window; None as they say."""
        self._lanes = schedule.lanes
        self._firings = firings
        self._dispatch = dispatch
        self._now = now
        self._by = by
        self._clock = clock
        self._events = events
        self._hurry = hurry
        self._handled: dict[str, datetime] = {}
        """Up to when each lane's firings have been seen to."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._forgot_at: datetime | None = None

    def stop(self) -> None:
        """Fire no more. Safe to call more than once."""
        self._stopping.set()

    async def run(self) -> None:
        """Fire until ``stop``; returns when no firing is under way."""
        while not self._stopping.is_set():
            try:
                pause = await self._fire_due()
            except DatabaseUnavailable as error:
                self._events.emit(ServiceFailed("scheduler", str(error)))
                pause = AFTER_FAILURE
            await self._pause(pause)
        await self.finish()

    async def finish(self) -> None:
        """Wait for the firings that are under way."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def _fire_due(self) -> timedelta:
        """Fire what is due; returns how long it is until the next."""
        now = await self._now()
        if len(self._handled) < len(self._lanes):
            last = await self._firings.last_claims([lane.name for lane in self._lanes])
            self._handled = {lane.name: min(now, last.get(lane.name, now)) for lane in self._lanes}
        await self._forget(now)
        for lane in self._idle():
            due = self._next(lane)
            if due is None or due > now:
                continue
            if await self._firings.claim(lane.name, due, by=self._by):
                self._events.emit(LaneFired(lane.name, late=now - due))
                self._begin(lane)
            self._handled[lane.name] = now
        following = (self._next(lane) for lane in self._idle())
        return min((one - now for one in following if one is not None), default=LONGEST_SLEEP)

    def _next(self, lane: Lane) -> datetime | None:
        """Instants of hurry are the same for all schedulers, so that each is claimed once."""
        usual, hurry = next_firing(lane, after=self._handled[lane.name]), self._hurry()
        if hurry is None:
            return usual
        soon = next_firing(replace(lane, when=Every(hurry)), after=self._handled[lane.name])
        return min((one for one in (usual, soon) if one is not None), default=None)

    def _idle(self) -> list[Lane]:
        return [lane for lane in self._lanes if lane.name not in self._running]

    def _begin(self, lane: Lane) -> None:
        task = asyncio.create_task(self._carry_out(lane), name=f"lane-{lane.name}")
        self._running[lane.name] = task
        task.add_done_callback(lambda _: self._running.pop(lane.name))

    async def _carry_out(self, lane: Lane) -> None:
        try:
            await self._dispatch(order_of(lane))
        except Exception as error:  # whatever it is, the other lanes go on
            self._events.emit(ServiceFailed("dispatch", safe_reason(error)))

    async def _pause(self, duration: timedelta) -> None:
        """Until then, until a firing has ended, or until told to stop."""
        sleep = asyncio.create_task(self._clock.sleep(min(duration, LONGEST_SLEEP)))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({sleep, stop, *self._running.values()}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sleep, stop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _forget(self, now: datetime) -> None:
        if self._forgot_at is None or now - self._forgot_at >= FORGET_EVERY:
            await self._firings.forget()
            self._forgot_at = now
