"""All runs of one simulation: every policy on the same days, for each seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from onealarm.jobs.deadline import LEAD
from onealarm.simulator.optimum import early_quantile, optimum, optimum_of_a_day
from onealarm.simulator.outcome import Outcome, judge
from onealarm.simulator.policies import POLICIES
from onealarm.simulator.roadmap import PHASES, run_roadmap
from onealarm.simulator.run import Course, run
from onealarm.simulator.wanted import OFFLINE, Wanted
from onealarm.simulator.world import LEAD_MINUTES, World
from onealarm.workload.population import NEVER, sample_counts

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Optimum:
    """What could have been, with all known beforehand. Ages are minutes; ``shortage`` are jobs with no room at all."""

    rings: int
    mean_age: float
    p95_age: float
    extra: float
    longest_extra: float
    shortage: float


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
    fill = optimum(world)
    rings = int((world.population.gone == NEVER).sum())
    ages = (
        world.population.ring[world.population.gone == NEVER] - world.population.known[world.population.gone == NEVER]
    ) / 60
    target_age = float(ages.clip(max=LEAD_MINUTES).mean()) if rings else 0.0
    extra = fill.early / max(rings, 1)
    return Optimum(
        rings,
        target_age + extra,
        LEAD_MINUTES + early_quantile(fill, 0.95),
        extra,
        early_quantile(fill, 1.0),
        fill.shortage,
    )


def _of_counts(wanted: Wanted, seed: int) -> Optimum:
    fill = optimum_of_a_day(
        sample_counts(zones=wanted.zones, alarms=wanted.alarms, seed=seed), per_hour=wanted.per_hour
    )
    extra = fill.early / wanted.alarms
    lead = LEAD.total_seconds() / 60
    return Optimum(
        wanted.alarms, lead + extra, lead + early_quantile(fill, 0.95), extra, early_quantile(fill, 1.0), fill.shortage
    )
