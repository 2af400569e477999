"""Lanes: how much of what is leased each class of work may use, so that urgent work always finds room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from onealarm.control.measures import Measures
from onealarm.jobs.deadline import LEAD
from onealarm.jobs.priority import CRITICAL, Priority


@dataclass(frozen=True, slots=True)
class Lanes:
    """Shares of the leased units, from 0 to 1. A class may go on while all use together stays below its share."""

    critical: float
    high: float
    normal: float

    def of(self, priority: Priority) -> float:
        return {1: self.critical, 3: self.high, 5: self.normal}[priority]


LANES: Final = Lanes(critical=1.0, high=0.95, normal=0.85)

CUT_OFF: Final = Lanes(critical=1.0, high=0.0, normal=0.0)
"""For a worker that nobody grants anything."""


@dataclass(frozen=True, slots=True)
class ByClass:
    """Units per minute, by the class of the work that wants them."""

    critical: float = 0.0
    high: float = 0.0
    normal: float = 0.0

    @property
    def total(self) -> float:
        return self.critical + self.high + self.normal


WEIGHTS: Final = ByClass(critical=4.0, high=2.0, normal=1.0)
"""How much more of a scarce pool a want of each class gets."""


def lanes_for(measures: Measures) -> Lanes:
    """The lanes of an emergency level's measures."""
    return replace(LANES, normal=measures.normal_lane)


def open_to(use: float, *, lanes: Lanes = LANES) -> Priority:
    """The least urgent class that may still claim when ``use`` (0 to 1 and above) of what is leased is used."""
    if use <= lanes.normal:
        return 5
    return 3 if use <= lanes.high else 1


def advance_within(lane: Priority, advance: timedelta) -> timedelta:
    """The plan's advance window, cut to the jobs of the classes that may claim; negative where not all due ones may."""
    if lane == 5:
        return advance
    return min(advance, timedelta()) if lane == 3 else min(advance, CRITICAL - LEAD)
