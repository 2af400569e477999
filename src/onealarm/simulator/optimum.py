"""The offline optimum: what a plan could do that knew every alarm, every cancellation and every outage beforehand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.plan.fill import Fill, Work, backward_fill, counted
from onealarm.simulator.world import World
from onealarm.workload.population import NEVER
from onealarm.workload.profile import MINUTES


def target_minutes(world: World) -> NDArray[np.int32]:
    """When the work of each ring should begin: at its preferred minute, or when it becomes known after that."""
    return np.maximum(world.preferred, world.population.known // 60)


def optimum(world: World) -> Fill:
    """The smallest sum of early starts, minute by minute. It may begin an alarm before it is known: a lower bound."""
    stays = world.population.gone == NEVER
    demand = counted(target_minutes(world)[stays], size=world.population.minutes)
    return backward_fill(demand.astype(np.float64), world.capacity())


def optimum_of_days(rings: NDArray[np.int64], *, per_hour: int) -> tuple[Fill, float]:
    """For days that are all alike, with these rings at each minute, and the sum of early minutes of one of them.

    Any number of rings costs the same. Where a day has more than can be begun in it, there is no plan for days without
    end: then it is one day, with a week before it to begin in.
    """
    per_minute = per_hour / 60
    if rings.sum() > per_minute * MINUTES:
        fill = backward_fill(_floats(np.zeros(7 * MINUTES), rings), np.full(8 * MINUTES, per_minute))
        return fill, fill.early
    fill = backward_fill(_floats(*[rings] * _ALIKE), np.full(_ALIKE * MINUTES, per_minute))
    return fill, float(fill.carry[:MINUTES].sum())


_ALIKE: Final = 6
"""Days: what is carried into the first is what would be with any number of them after it."""


def _floats(*parts: NDArray[Any]) -> Work:
    return np.concatenate(parts).astype(np.float64)


def early_quantile(fill: Fill, share: float) -> float:
    """How many minutes before its preferred one the given share of all work begins at most."""
    early, weight = _early(fill)
    order = np.argsort(early)
    sums = np.cumsum(weight[order])
    return float(early[order][np.searchsorted(sums, share * sums[-1])]) if sums.size else 0.0


def _early(fill: Fill) -> tuple[NDArray[Any], NDArray[Any]]:
    """Pieces of work by how early they begin. Between two marks of either sum, one piece goes from minute to minute."""
    wanted = np.cumsum(fill.starts + fill.carry[:-1] - fill.carry[1:])
    begun = np.cumsum(fill.starts) + fill.carry[0]
    marks = np.unique(np.concatenate([[fill.carry[0]], wanted, begun]))
    marks = marks[marks >= fill.carry[0]]
    middle = (marks[1:] + marks[:-1]) / 2
    early = np.searchsorted(wanted, middle) - np.searchsorted(begun, middle)
    return np.maximum(early, 0), np.diff(marks)
