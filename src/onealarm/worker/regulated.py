"""Permits that follow how the providers answer: fewer jobs side by side where they refuse or slow down."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from onealarm.control.concurrency import EVERY, GradientLimit, Window, allowed
from onealarm.events import CallEnded, ConcurrencySeen, Event, Events
from onealarm.worker.permits import Permits

WINDOW: Final = timedelta(seconds=60)
"""How long answers count, and at the least twice as long as the longest call took."""


@dataclass(slots=True)
class _Model:
    limit: GradientLimit
    answers: deque[tuple[datetime, CallEnded, int]] = field(default_factory=deque)
    """With how many jobs were under way then."""

    sent: int = 0
    refused: int = 0
    wait: timedelta = timedelta()
    """Since the last step."""


class RegulatedWork:
    """Implements ``onealarm.worker.permits.Permits``: as many as ``inner`` has, within what each model bears.

    By Little's law as many jobs are under way as begin while one is worked: ``slots`` are these, as the leader orders
    them or the operator says, and never exceeded. As an observer of events it hears each call; as a service it makes a
    step every 15 s. ``now`` is the database's time as this process reckons it.
    """

    name = "concurrency"
    every = EVERY
    scarce = True

    def __init__(
        self, inner: Permits, *, slots: Callable[[], int], now: Callable[[], datetime], events: Events
    ) -> None:
        self._inner = inner
        self._slots = slots
        self._now = now
        self._events = events
        self._in_flight = 0
        self._models: dict[tuple[str, str], _Model] = {}

    @property
    def limit(self) -> int:
        """Jobs side by side at this moment, by the providers' answers and the slots."""
        slots = self._slots()
        bears = min((one.limit.limit for one in self._models.values()), default=math.inf)
        return allowed(forward=slots, fed=slots, corrected=min(bears, float(slots)), most=slots)

    async def take(self, most: int) -> int:
        room = max(0, min(most, self.limit - self._in_flight))
        self._in_flight += room  # before the wait, in which others ask
        try:
            taken = await self._inner.take(room)
        except BaseException:
            self._in_flight -= room
            raise
        self._in_flight -= room - taken
        return taken

    def give_back(self, number: int) -> None:
        self._in_flight -= number
        self._inner.give_back(number)

    def ended(self, number: int) -> None:
        self._in_flight -= number
        self._inner.ended(number)

    def __call__(self, event: Event) -> None:
        if not isinstance(event, CallEnded):
            return
        one = self._models.get((event.provider, event.model))
        if one is None:
            slots = float(self._slots())
            one = self._models[event.provider, event.model] = _Model(GradientLimit(slots, slots))
        one.sent += 1
        if event.result == "refused":
            one.refused += 1
            one.wait = max(one.wait, event.wait or timedelta())
        elif event.result == "answered":
            one.answers.append((self._now(), event, self._in_flight))

    async def run_once(self) -> int:
        """Returns how many limits have changed, in whole jobs."""
        now, before = self._now(), self.limit
        for (provider, model), one in self._models.items():
            window = _window(one, now)
            one.limit = _resized(one.limit, self._slots()).after(window, now)
            one.sent, one.refused, one.wait = 0, 0, timedelta()
            self._events.emit(ConcurrencySeen(provider, model, one.limit.limit))
        return int(self.limit != before)


def _window(one: _Model, now: datetime) -> Window:
    longest = max((event.took for _, event, _ in one.answers), default=timedelta())
    since = now - max(WINDOW, 2 * longest)
    while one.answers and one.answers[0][0] <= since:
        one.answers.popleft()
    units = sum(event.units for _, event, _ in one.answers)
    took = sum(event.took.total_seconds() for _, event, _ in one.answers)
    return Window(
        pace=took / units if units > 0 and took > 0 else None,
        in_flight=float(max((in_flight for _, _, in_flight in one.answers), default=0)),
        refused=one.refused / one.sent if one.sent else 0.0,
        retry_after=one.wait,
    )


def _resized(limit: GradientLimit, slots: int) -> GradientLimit:
    """With the slots that there are by now: a limit that nothing held down goes up with them."""
    was_whole = limit.limit >= limit.most
    return GradientLimit(
        float(slots) if was_whole else min(limit.limit, float(slots)), float(slots), limit.long_pace, limit.wait_until
    )
