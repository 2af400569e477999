"""The roadmap as it is written, repaired where it would not run at all: what its crons, batches and trigger really do.

Repaired is the one subtraction that PostgreSQL refuses (``LOCALTIME`` in place of ``CURRENT_TIME``). The rest is
as written: hours are the server's (UTC), a job is due on the server's date at the user's wall time, its priority is
judged once, and nothing looks whether the ring has passed. Each ring counts as an alarm that was set, or touched, on
the evening before.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.simulator.run import Course
from onealarm.simulator.tiers import FULL
from onealarm.simulator.world import LEAD_MINUTES, World
from onealarm.workload.population import BEFORE
from onealarm.workload.profile import MINUTES

_CRITICAL, _HIGH, _NORMAL = 1, 3, 5
_DAY: Final = MINUTES * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute of the server's clock, and how many jobs are due."""

    minute: int
    due: int

    @property
    def hour(self) -> int:
        return self.minute // 60 % 24


Lane = tuple[int | None, int]
"""A class of jobs (None for all of them) and how many are taken."""


@dataclass(frozen=True, slots=True)
class Phase:
    """``claims`` is the roadmap's figure per hour; ``calls`` what its text has happen in a minute."""

    claims: int
    calls: Callable[[Moment], list[Lane]]
    has_priority: bool = False


def _every(minutes: int, moment: Moment, *, take: int = 1, only: int | None = None) -> list[Lane]:
    return [(only, take)] if moment.minute % minutes == 0 else []


def _three_crons(moment: Moment) -> list[Lane]:
    """``*/30``, ``*/2`` and ``*/5``, as cron reads them: every 30 minutes, not seconds."""
    return _every(30, moment) + _every(2, moment) + _every(5, moment)


def _three_lanes(moment: Moment) -> list[Lane]:
    """Each class at its own pace: twice a minute, every 2 minutes, every 5."""
    critical: list[Lane] = [(_CRITICAL, 1)] * 2
    return critical + _every(2, moment, only=_HIGH) + _every(5, moment, only=_NORMAL)


def batch_size(moment: Moment) -> int:
    """The size that the roadmap adapts: 10, 3 and 5."""
    if moment.due > 1000:
        return 10
    return 3 if 6 <= moment.hour <= 8 else 5


def _adaptive_cadence(moment: Moment) -> list[Lane]:
    """By what is due: twice a minute, every minute, every 2 (its words leave 10 to 50 out), every 5."""
    take = batch_size(moment)
    if moment.due > 100:
        return [(None, take)] * 2
    if moment.due > 50:
        return [(None, take)]
    return _every(2 if moment.due >= 10 else 5, moment, take=take)


PHASES: Final[Mapping[str, Phase]] = {
    "roadmap-current": Phase(30, lambda moment: _every(2, moment)),
    "roadmap-1.1": Phase(60, lambda moment: _every(1, moment)),
    "roadmap-1": Phase(3750, lambda moment: _every(1, moment)),
    "roadmap-2": Phase(4500, _three_crons),
    "roadmap-3": Phase(5000, _three_lanes, has_priority=True),
    "roadmap-4": Phase(7500, lambda moment: [(None, batch_size(moment))], has_priority=True),
    "roadmap-5": Phase(8000, _adaptive_cadence, has_priority=True),
    "roadmap-6": Phase(10_000, _adaptive_cadence, has_priority=True),
}
"""Of phase 6 the emergency is not in it: the text names a function for it and does not say what it does."""


def calls_per_hour(phase: Phase, *, due: int, hour: int = 12) -> int:
    """How many jobs are begun in an hour of the server's clock in which so many are due all the time."""
    return sum(take for minute in range(60) for _, take in phase.calls(Moment(60 * hour + minute, due)))


def run_roadmap(world: World, phase: Phase) -> Course:
    """The whole time of the world, minute by minute. Outages hold for it, too; capacity is what its mechanism has."""
    people = world.population
    begun_at = np.full(people.ring.size, -1, np.int32)
    due_at = _due_at(world)
    classes = class_at_insert(world) if phase.has_priority else np.full(due_at.size, _NORMAL)
    queues: dict[int, list[tuple[int, int]]] = {_CRITICAL: [], _HIGH: [], _NORMAL: []}
    comes = np.argsort(np.maximum(due_at, people.set_at), kind="stable")
    comes_at = np.maximum(due_at, people.set_at)[comes]
    came = 0
    for minute in range(people.minutes):
        now = 60 * minute
        until = int(np.searchsorted(comes_at, np.int32(now), side="right"))
        for job in comes[came:until]:
            heapq.heappush(queues[int(classes[job])], (int(due_at[job]), int(job)))
        came = until
        if not world.is_out(now):
            moment = Moment((minute - BEFORE) % MINUTES, sum(map(len, queues.values())))
            for only, take in phase.calls(moment):
                for job in _taken(queues, only, take):
                    if people.gone[job] > now:
                        begun_at[job] = now
    return Course(begun_at, np.full(begun_at.size, FULL, np.int8), np.zeros(people.minutes, np.int32))


def _taken(queues: dict[int, list[tuple[int, int]]], only: int | None, take: int) -> list[int]:
    found: list[int] = []
    for one in queues if only is None else (only,):
        while queues[one] and len(found) < take:
            found.append(heapq.heappop(queues[one])[1])
    return found


def _due_at(world: World) -> NDArray[np.int32]:
    """``CURRENT_DATE + alarm_time_local - 58 minutes``: the user's wall time, on the date and clock of the server."""
    people = world.population
    since_midnight = (people.set_at + (MINUTES - BEFORE) * 60) % _DAY
    minute = people.local.astype(np.int32) - LEAD_MINUTES
    return np.asarray(people.set_at - since_midnight + 60 * minute, np.int32)


def class_at_insert(world: World) -> NDArray[np.int8]:
    """The trigger's priority: wall time less the server's time of day, which is negative for who sets it later."""
    people = world.population
    server = (people.set_at // 60 - BEFORE) % MINUTES
    until = people.local - server
    return np.select([until < LEAD_MINUTES, until < 60], [_CRITICAL, _HIGH], _NORMAL).astype(np.int8)
