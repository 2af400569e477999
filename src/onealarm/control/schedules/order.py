"""What one firing of a lane is to do, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from onealarm.control.classes import LaneKind
from onealarm.control.schedules.lane import BUDGET, CONCURRENCY, Lane


@dataclass(frozen=True, slots=True)
class Order:
    """Take up to ``batch`` jobs of the lane's classes, ``concurrency`` side by side, and be done within ``budget``.

    Without a ``batch`` it is as large as the load asks for.
    """

    lane: str
    priority: LaneKind = "batch"
    batch: int | None = None
    concurrency: int = CONCURRENCY
    budget: timedelta = BUDGET


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the jobs that were ``claimed``, and how many ``remaining`` ones are due in the lane and wait.

    Those that ``failed`` are tried again later, or given up. ``released`` are those given back unworked, and those of
    which the result was refused, since somebody else had them by then or their wish was edited.
    """

    claimed: int = 0
    done: int = 0
    failed: int = 0
    released: int = 0
    remaining: int = 0


def order_of(lane: Lane) -> Order:
    """The order of each firing of a lane; a batch that its file does not give is left open."""
    batch = lane.batch if "batch" in lane.given else None
    return Order(lane.name, lane.priority, batch, lane.concurrency, lane.budget)
