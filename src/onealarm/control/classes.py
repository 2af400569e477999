"""The classes of work and the roadmap's lanes: what each may use, and which jobs it claims.

A class is how near the ring is (``onealarm.jobs.priority``), never a stored number. Because the order of work is always
the earliest ring, classes only say what a job may use and how soon somebody must look; they put nobody behind
(control-plane notes, 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal

from onealarm.jobs.deadline import LEAD
from onealarm.jobs.priority import CRITICAL, Priority

LaneKind = Literal["high", "normal", "batch"]


@dataclass(frozen=True, slots=True)
class JobClass:
    """``token_share`` is how full a pool of leased tokens may be for the class still to take some (0 to 1).

    ``slowest_tick`` is the longest that may pass between two looks for its jobs.
    """

    value: Priority
    name: str
    token_share: float
    slowest_tick: timedelta


CLASSES: Final[Mapping[Priority, JobClass]] = MappingProxyType(
    {
        1: JobClass(1, "critical", 1.0, timedelta(seconds=30)),
        3: JobClass(3, "high", 0.95, timedelta(minutes=2)),
        5: JobClass(5, "normal", 0.85, timedelta(minutes=5)),
    }
)

LANES: Final[Mapping[LaneKind, frozenset[Priority]]] = MappingProxyType(
    {"high": frozenset({1}), "normal": frozenset({1, 3}), "batch": frozenset({1, 3, 5})}
)
"""The roadmap's ``priority`` of a schedule, as classes. Each lane holds the more urgent ones too, so none starves."""


def reach(lane: LaneKind, *, advance: timedelta = timedelta()) -> timedelta:
    """How much further than the lead of 58 minutes a lane claims; negative for the urgent one.

    ``advance`` is how much earlier than usual work may begin: only the lane of all classes makes use of it.
    """
    match lane:
        case "high":
            return CRITICAL - LEAD
        case "normal":
            return timedelta()
        case "batch":
            return max(timedelta(), advance)


def slowest_tick(lane: LaneKind) -> timedelta:
    """How often a lane should fire at least: as the least urgent class that no other lane looks after asks."""
    return CLASSES[max(LANES[lane])].slowest_tick
