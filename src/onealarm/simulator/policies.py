"""Policies by name: what decides how far a claim may reach. The rule of ours is the one that the fleet runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from onealarm.control.plan.advance import NO_ADVANCE, AdvancePlan
from onealarm.control.plan.fill import Fill
from onealarm.control.plan.lazy_edf import Z, plan_ahead
from onealarm.control.plan.window import LONGEST
from onealarm.simulator.forecast import Forecast
from onealarm.simulator.queue import SimulatedQueue
from onealarm.simulator.world import World, instant


@dataclass(frozen=True, slots=True)
class Parts:
    """What of our policy is there; taken away one by one, each should cost something."""

    advance: bool = True
    forecast: bool = True
    order: bool = True
    ladder: bool = True


class Policy(Protocol):
    """While there is a controller, ``tick`` may look at the queue once a minute. Workers always ask for ``advance``."""

    def tick(self, queue: SimulatedQueue, *, now: int) -> None: ...

    def advance(self, now: int) -> int:
        """Seconds."""
        ...


@dataclass(slots=True)
class Constant:
    """No plan: always the same window."""

    seconds: int

    def tick(self, queue: SimulatedQueue, *, now: int) -> None:
        """Nothing is looked at."""

    def advance(self, now: int) -> int:  # noqa: ARG002 - the same at any time
        return self.seconds


@dataclass(slots=True)
class LazyEdf:
    """Each minute a new plan; between them, and after the last one, what was published."""

    forecast: Forecast
    z: float = Z
    plan: AdvancePlan = NO_ADVANCE
    watch: Callable[[int, Fill], None] | None = None
    """Is shown the fill of every tick."""

    def tick(self, queue: SimulatedQueue, *, now: int) -> None:
        outlook = self.forecast.outlook(queue, minute=now // 60)
        planned = plan_ahead(outlook, now=instant(now), epoch=self.plan.epoch + 1, z=self.z)
        self.plan = planned.plan
        if self.watch is not None:
            self.watch(now, planned.fill)

    def advance(self, now: int) -> int:
        return int(self.plan.at(instant(now)).total_seconds())


def _lazy_edf(world: World, parts: Parts) -> Policy:
    if not parts.advance:
        return Constant(0)
    return LazyEdf(Forecast(world, is_blind=not parts.forecast), z=Z if parts.forecast else 0.0)


POLICIES: Final[Mapping[str, Callable[[World, Parts], Policy]]] = {
    "lazy-edf": _lazy_edf,
    "fixed-58": lambda _world, _parts: Constant(0),
    "always-busy": lambda _world, _parts: Constant(int(LONGEST.total_seconds())),
}
"""Ours; the bare lead of 58 minutes; and whatever can be made, as soon as it is not too old."""
