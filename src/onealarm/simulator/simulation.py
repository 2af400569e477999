"""All runs of one simulation: every policy on the same days, for each seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from onealarm.control.plan.fill import Fill
from onealarm.jobs.deadline import LEAD
from onealarm.simulator.optimum import early_quantile, optimum, optimum_of_days
from onealarm.simulator.outcome import Outcome, judge
from onealarm.simulator.policies import POLICIES
from onealarm.simulator.roadmap import PHASES, run_roadmap
from onealarm.simulator.run import Course, run
from onealarm.simulator.wanted import OFFLINE, Wanted
from onealarm.simulator.world import World
from onealarm.workload.population import NEVER, sample_counts

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Optimum:
    """What could have been, with all known beforehand. Ages are minutes."""

    rings: int
    mean_age: float
    p95_age: float
    extra: float
    longest_extra: float


@dataclass(slots=True)
class Simulation:
    """Outcomes by policy, one per seed. The world and the courses of the first seed are kept, to be drawn."""

    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    optima: list[Optimum] = field(default_factory=list)
    world: World | None = None
    courses: dict[str, Course] = field(default_factory=dict)


def simulate(wanted: Wanted, *, progress: Progress) -> Simulation:
    """``progress`` is told of every run that is done."""
    found = Simulation()
    for seed in range(1, wanted.seeds + 1):
        if wanted.is_only_counted:
            found.optima.append(_of_counts(wanted, seed))
            progress(OFFLINE)
            continue
        world = wanted.world(seed)
        found.world = found.world or world
        for name in wanted.policies:
            if name == OFFLINE:
                found.optima.append(_of_world(world))
            else:
                course = _course(name, world, wanted)
                found.outcomes.setdefault(name, []).append(judge(world, course))
                if seed == 1:
                    found.courses[name] = course
            progress(name)
    return found


def _course(name: str, world: World, wanted: Wanted) -> Course:
    if name in PHASES:
        return run_roadmap(world, PHASES[name])
    return run(world, POLICIES[name](world, wanted.parts), parts=wanted.parts)


def _of_world(world: World) -> Optimum:
    people = world.population
    stays = people.gone == NEVER
    rings = int(stays.sum())
    fill = optimum(world)
    extra = fill.early / max(rings, 1)
    youngest = float(((people.ring - people.known)[stays] / 60).clip(max=_LEAD).mean()) if rings else 0.0
    return _optimum(rings, fill, youngest=youngest, extra=extra)


def _of_counts(wanted: Wanted, seed: int) -> Optimum:
    fill, early = optimum_of_days(
        sample_counts(zones=wanted.zones, alarms=wanted.alarms, seed=seed), per_hour=wanted.per_hour
    )
    return _optimum(wanted.alarms, fill, youngest=_LEAD, extra=early / wanted.alarms)


def _optimum(rings: int, fill: Fill, *, youngest: float, extra: float) -> Optimum:
    return Optimum(
        rings, youngest + extra, _LEAD + early_quantile(fill, 0.95), extra, longest_extra=early_quantile(fill, 1.0)
    )


_LEAD: Final = LEAD.total_seconds() / 60
