"""Rolls alarms on after they have rung."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class RingingAlarms(Protocol):
    """The alarms, as the roller needs them. The implementation is ``onealarm.postgres.alarms``."""

    async def roll(self) -> int:
        """A weekly alarm that has rung moves to its next occurrence, a one-off turns itself off; returns how many."""
        ...


class Roller:
    """After the ring: on to the next occurrence, or off."""

    name = "roller"
    every = timedelta(seconds=1)

    def __init__(self, alarms: RingingAlarms) -> None:
        self._alarms = alarms

    async def run_once(self) -> int:
        return await self._alarms.roll()
