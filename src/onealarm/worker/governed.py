"""Permits for alarms whose work needs providers: no more are under way than what is leased can feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from onealarm.control.governor.in_flight import most_in_flight
from onealarm.control.governor.pools import Work
from onealarm.jobs.priority import Priority
from onealarm.worker.meter import Meter

SPAN: Final = timedelta(seconds=35)
"""How long an alarm's work lasts as a rule when its sentences are spoken side by side."""


class GovernedWork:
    """Implements ``onealarm.worker.permits.Permits``.

    ``work`` tells what one alarm is expected to take of each pool: its missing segments, as the plan counts them.
    """

    scarce = True

    def __init__(self, meter: Meter, *, work: Callable[[], Work], span: timedelta = SPAN) -> None:
        self._meter = meter
        self._work = work
        self._span = span
        self._in_flight = 0
        self._denied = 0
        meter.serve(self._waiting)

    @property
    def in_flight(self) -> int:
        return self._in_flight

    async def take(self, most: int) -> int:
        feeds = most_in_flight(self._meter.leased(), self._work(), span=self._span)
        taken = max(0, min(most, feeds - self._in_flight))
        self._in_flight += taken
        self._denied = most - taken
        assert taken == 0 or self._in_flight <= feeds, "more is under way than the leases can feed"
        return taken

    def give_back(self, number: int) -> None:
        """No job was found for so many, so what was denied was not wanted either."""
        self._end(number)
        if number > 0:
            self._denied = 0

    def ended(self, number: int) -> None:
        """So many jobs that went with a permit have ended, whatever became of them."""
        self._end(number)

    def _end(self, number: int) -> None:
        assert 0 <= number <= self._in_flight, "a permit came back that nobody had"
        self._in_flight -= number

    def _waiting(self) -> Iterable[tuple[Work, Priority]]:
        """The alarms that could not be claimed for want of units."""
        work = self._work()
        if self._denied:
            yield {pool: self._denied * units for pool, units in work.items()}, 3
