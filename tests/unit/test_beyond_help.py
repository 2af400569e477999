"""Half an hour of outage at the peak of one zone: whoever is late then could not have been helped by any plan."""

from __future__ import annotations

import numpy as np

from onealarm.jobs.deadline import GUARD
from onealarm.simulator.outcome import is_late, judge
from onealarm.simulator.policies import POLICIES, Parts
from onealarm.simulator.run import run
from onealarm.simulator.tiers import FULL, TIERS
from onealarm.simulator.wanted import Wanted
from onealarm.simulator.world import World


def worst_of_twenty() -> World:
    """The seed with the most of them, of those in docs/explanation/the-plan.md."""
    of = Wanted.checked(
        policies=("lazy-edf",),
        zones="one",
        alarms=36_000,
        capacity="10000",
        days=3,
        seeds=20,
        outage="30m@peak",
        controller_dead=None,
        without=(),
        picture=None,
    )
    return of.world(14)


def test_whoever_is_late_was_set_when_no_full_briefing_could_be_begun_in_time() -> None:
    """After the outage each of them had less left than a full briefing takes; before it, nobody knew of him."""
    world = worst_of_twenty()
    [outage] = world.outages
    course = run(world, POLICIES["lazy-edf"](world, Parts()))
    late = is_late(world, course)
    people = world.population
    latest_start = people.ring - (GUARD + TIERS[FULL].takes).total_seconds()
    possible_from = np.where(people.known < outage.begin, people.known, np.maximum(people.known, outage.end))
    assert 0 < late.sum() < 50
    assert (possible_from > latest_start)[late].all()
    assert judge(world, course).late_share < 0.0012
