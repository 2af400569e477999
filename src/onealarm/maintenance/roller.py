"""Rolls alarms on after they have rung."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from onealarm.events import Events, RingsMissed

GRACE: Final = timedelta(minutes=10)
"""A ring that has been over for longer, when somebody looks, was missed: OneAlarm was not there."""


class Rolled(Protocol):
    """What one roll did."""

    @property
    def alarms(self) -> int: ...

    @property
    def missed(self) -> int: ...


class RingingAlarms(Protocol):
    """The alarms, as the roller needs them. The implementation is ``onealarm.postgres.alarms``."""

    async def roll(self, *, grace: timedelta) -> Rolled:
        """A weekly alarm that has rung moves to its next occurrence, a one-off turns itself off.

        Rings that have been over for longer than ``grace`` are written down as missed.
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
        rolled = await self._alarms.roll(grace=GRACE)
        if rolled.missed:
            self._events.emit(RingsMissed(rolled.missed))
        return rolled.alarms
