"""Rolls alarms on after they have rung."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from onealarm.events import Events, RingsMissed


class Rolled(Protocol):
    """What one roll did."""

    @property
    def alarms(self) -> int: ...

    @property
    def missed(self) -> int: ...


class RingingAlarms(Protocol):
    """The alarms, as the roller needs them. The implementation is ``onealarm.postgres.alarms``."""

    async def roll(self) -> Rolled:
        """A weekly alarm that has rung moves to its next occurrence, a one-off turns itself off.

        Rings that had been over for more than ten minutes when this looked, because OneAlarm was not there, are
        written down as missed.
        """
        ...


class Roller:
    """After the ring: on to the next occurrence, or off."""

    name = "roller"
    every = timedelta(seconds=1)

    def __init__(self, alarms: RingingAlarms, *, events: Events) -> None:
        self._alarms = alarms
        self._events = events

    async def run_once(self) -> int:
        rolled = await self._alarms.roll()
        if rolled.missed:
            self._events.emit(RingsMissed(rolled.missed))
        return rolled.alarms
