"""What a run is judged by: how old, how late, how much in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.jobs.deadline import GUARD
from onealarm.simulator.optimum import optimum, target_minutes
from onealarm.simulator.run import Course
from onealarm.simulator.tiers import FULL, STOCK, TIERS
from onealarm.simulator.world import World
from onealarm.workload.population import BEFORE, NEVER
from onealarm.workload.profile import MINUTES


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all rings that were not cancelled. Ages are minutes at the ring, of what was made for it (not of stock).

    ``extra`` is how much older than the lead content is because it had to begin early, on average over all;
    ``optimal_extra`` is the smallest that was possible. ``late`` has no full briefing by the deadline, and
    ``late_share`` is that of the worst day; ``late_of_known`` counts those alone that were known at their preferred
    start. What was begun too late, or never, is stock. ``in_vain`` was begun and then cancelled.
    ``per_hour_most`` is the most that was begun in any hour.
    """

    rings: int
    mean_age: float
    p95_age: float
    extra: float
    longest_extra: float
    optimal_extra: float
    begun_after_preferred: float
    late: int
    late_share: float
    late_of_known: int
    tiers: dict[str, int]
    in_vain: int
    per_hour_most: int


def judge(world: World, course: Course) -> Outcome:
    people = world.population
    stays = people.gone == NEVER
    begun = course.begun_at >= 0
    tier = _tier(world, course)
    late = is_late(world, course)
    made = stays & (tier < STOCK)
    age = (people.ring - course.begun_at)[made] / 60
    early = (target_minutes(world) - course.begun_at // 60)[stays & begun]
    extra = np.maximum(early, 0)
    rings = int(stays.sum())
    known = people.known <= 60 * world.preferred
    return Outcome(
        rings=rings,
        mean_age=_mean(age),
        p95_age=float(np.quantile(age, 0.95)) if age.size else 0.0,
        extra=_mean(extra),
        longest_extra=float(extra.max(initial=0)),
        optimal_extra=optimum(world).early / rings if rings else 0.0,
        begun_after_preferred=_mean(early < 0),
        late=int(late.sum()),
        late_share=_worst_day(world, late=late, counts=stays),
        late_of_known=int((late & known).sum()),
        tiers={one.name: int((stays & (tier == number)).sum()) for number, one in enumerate(TIERS)},
        in_vain=int((begun & ~stays).sum()),
        per_hour_most=_most_in_an_hour(course.begun_at[begun], people.minutes),
    )


def is_late(world: World, course: Course) -> NDArray[np.bool_]:
    """Of each ring that was not cancelled: no full briefing was there by the deadline."""
    return np.asarray((world.population.gone == NEVER) & (_tier(world, course) != FULL))


def _tier(world: World, course: Course) -> NDArray[np.int8]:
    """What there is at the deadline: what was begun too late for it is not there, and stock is played."""
    left = world.population.ring - course.begun_at
    in_time = (course.begun_at >= 0) & (left >= _NEEDS[course.tier])
    return np.where(in_time, course.tier, STOCK).astype(np.int8)


_NEEDS: Final = np.array([(GUARD + tier.takes).total_seconds() for tier in TIERS])


def _worst_day(world: World, *, late: NDArray[np.bool_], counts: NDArray[np.bool_]) -> float:
    day = (world.population.ring // 60 - BEFORE) // MINUTES
    all_of, late_of = np.bincount(day[counts]), np.bincount(day[late], minlength=1)
    share = late_of / np.maximum(all_of[: late_of.size], 1)
    return float(share.max(initial=0.0))


def _most_in_an_hour(begun_at: NDArray[np.int32], minutes: int) -> int:
    sums = np.append(0, np.cumsum(np.bincount(begun_at // 60, minlength=minutes)))
    return int((sums[60:] - sums[:-60]).max(initial=0))


def _mean(values: NDArray[np.float64] | NDArray[np.bool_] | NDArray[np.integer]) -> float:
    return float(values.mean()) if values.size else 0.0
