"""The plan against plain ways to the same answer: the recursion, and trying every schedule there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onealarm.control.plan.feasibility import overfull, smallest_capacity
from onealarm.control.plan.fill import backward_fill, bucket_of_each, counted
from onealarm.control.plan.measure import in_one_measure
from onealarm.control.plan.window import advance_seconds
from onealarm.control.prescale import required_rate

INSTANCES: Final = 1000

SMALL = st.integers(1, 5).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 2), min_size=size, max_size=size),
        st.lists(st.integers(0, 3), min_size=size, max_size=size),
    )
)
"""Demand and capacity of up to five buckets: few enough for every schedule to be tried."""

LONG = st.integers(1, 60).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 40), min_size=size, max_size=size),
        st.lists(st.integers(0, 30), min_size=size, max_size=size),
    )
)


def best_schedules(preferred: Sequence[int], capacity: Sequence[int]) -> tuple[int, int] | None:
    """The least sum of early starts and the least earliest one, each over all schedules; None when there is none."""
    best: list[tuple[int, int]] = []
    room = list(capacity)

    def place(job: int, early: int, earliest: int) -> None:
        if job == len(preferred):
            best.append((early, earliest))
            return
        for bucket in range(preferred[job] + 1):
            if room[bucket]:
                room[bucket] -= 1
                by = preferred[job] - bucket
                place(job + 1, early + by, max(earliest, by))
                room[bucket] += 1

    place(0, 0, 0)
    return (min(one for one, _ in best), min(one for _, one in best)) if best else None


@settings(max_examples=INSTANCES, deadline=None)
@given(SMALL)
def test_r04_the_fill_is_the_best_of_all_schedules(instance: tuple[list[int], list[int]]) -> None:
    demand, capacity = map(np.array, instance)
    preferred = np.repeat(np.arange(demand.size), demand)
    assume(preferred.size <= 7)
    best = best_schedules(preferred.tolist(), capacity.tolist())
    fill = backward_fill(demand, capacity)
    assert (fill.shortage == 0) == (best is not None)
    if best is not None:
        early = preferred - bucket_of_each(fill)
        assert (early >= 0).all()
        assert (np.bincount(bucket_of_each(fill), minlength=demand.size) <= capacity).all()
        assert (early.sum(), early.max(initial=0)) == best
        assert fill.early == best[0]


@settings(max_examples=INSTANCES, deadline=None)
@given(LONG)
def test_r04_the_closed_form_is_the_recursion(instance: tuple[list[int], list[int]]) -> None:
    demand, capacity = map(np.array, instance)
    carry = [0]
    for work, room in zip(reversed(instance[0]), reversed(instance[1]), strict=True):
        carry.append(max(0, carry[-1] + work - room))
    fill = backward_fill(demand, capacity)
    assert fill.carry.tolist() == carry[::-1]
    assert fill.starts.tolist() == (demand + fill.carry[1:] - fill.carry[:-1]).tolist()
    assert ((fill.starts >= 0) & (fill.starts <= capacity)).all()
    in_fractions = backward_fill(demand / 7, capacity / 7)
    assert in_fractions.carry == pytest.approx(fill.carry / 7, abs=1e-9)


@settings(max_examples=INSTANCES, deadline=None)
@given(LONG, st.integers(0, 20))
def test_there_is_a_plan_exactly_when_no_interval_asks_for_too_much(
    instance: tuple[list[int], list[int]], widest: int
) -> None:
    demand, capacity = map(np.array, instance)
    fill = backward_fill(demand, capacity)
    found = overfull(demand, capacity, widest=widest)
    if fill.shortage:
        assert found is not None
    else:
        preferred = np.repeat(np.arange(demand.size), demand)
        earliest = int((preferred - bucket_of_each(fill)).max(initial=0))
        assert (found is None) == (earliest <= widest)
    if found is not None:
        assert found.work == demand[found.first : found.last + 1].sum()
        assert found.most == capacity[max(found.first - widest, 0) : found.last + 1].sum()
        assert found.work > found.most
    assert (overfull(demand, capacity, widest=demand.size) is not None) == (fill.shortage > 0)


@settings(max_examples=300, deadline=None)
@given(LONG, st.integers(0, 20))
def test_the_smallest_capacity_is_enough_and_less_is_not(instance: tuple[list[int], list[int]], widest: int) -> None:
    demand = np.array(instance[0])
    assume(widest + demand.size > 0 and demand.any())
    found = smallest_capacity(demand, widest=widest)
    assert found.most == max(
        demand[first : last + 1].sum() / (last - first + 1 + widest)
        for first in range(demand.size)
        for last in range(first, demand.size)
    )
    with_room_before = np.concatenate([np.zeros(widest, int), demand])
    for share, is_enough in ((1 + 1e-6, True), (1 - 1e-3, False)):
        capacity = np.full(with_room_before.size, share * found.most)
        assert (overfull(with_room_before, capacity, widest=widest) is None) == is_enough


@settings(max_examples=INSTANCES, deadline=None)
@given(LONG, st.integers(0, 2**32 - 1))
def test_e04_the_carry_is_never_more_wrong_than_the_worst_sum_of_the_forecast(
    instance: tuple[list[int], list[int]], seed: int
) -> None:
    demand, capacity = map(np.array, instance)
    rng = np.random.default_rng(seed)
    thought = demand + rng.integers(-5, 6, demand.size)
    thought_capacity = capacity + rng.integers(-3, 4, demand.size)
    error = np.cumsum((thought - thought_capacity) - (demand - capacity))
    carry = backward_fill(demand, capacity).carry
    wrong = np.abs(backward_fill(thought, thought_capacity).carry - carry)
    for bucket in range(demand.size):
        sums = error[bucket:] - (error[bucket - 1] if bucket else 0)
        assert wrong[bucket] <= max(0, np.abs(sums).max())


@settings(max_examples=300, deadline=None)
@given(LONG)
def test_workers_that_reach_as_far_as_the_window_make_the_plan_happen(instance: tuple[list[int], list[int]]) -> None:
    """Second by second they begin what they may reach, in order, at capacity. No start is later than in the plan."""
    demand = np.array(instance[0])
    capacity = np.full(demand.size, 20)
    fill = backward_fill(demand, capacity)
    assume(not fill.shortage)
    advance = advance_seconds(fill, demand, capacity, longest=timedelta(days=1))
    begun, planned = 0.0, np.cumsum(fill.starts)
    until = np.cumsum(demand)
    for minute in range(demand.size):
        for second in range(60):
            reach = min(minute + (second + int(advance[minute])) // 60, demand.size - 1)
            begun = max(begun, min(begun + 20 / 60, float(until[reach])))
        assert begun >= planned[minute] - 20 / 60 - 1e-6
        assert begun <= planned[minute] + 20 + 1e-6, "at most what one minute can begin is ahead of the plan"


def arrays(size: int, *, least: float) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(least, 50), min_size=size, max_size=size)


SEVERAL = st.integers(1, 20).flatmap(
    lambda size: st.tuples(
        st.fixed_dictionaries({"calls": arrays(size, least=0), "tokens": arrays(size, least=0)}),
        st.fixed_dictionaries({"calls": arrays(size, least=1), "tokens": arrays(size, least=1)}),
    )
)


@settings(max_examples=300, deadline=None)
@given(SEVERAL)
def test_a_plan_in_one_measure_keeps_every_limit(
    instance: tuple[dict[str, list[float]], dict[str, list[float]]],
) -> None:
    work, capacity = ({name: np.array(values) for name, values in of.items()} for of in instance)
    demand, room = in_one_measure(work, capacity)
    fill = backward_fill(demand, room)
    assume(fill.shortage < 1e-9)
    marks = np.concatenate([[0.0], np.cumsum(demand)])
    begun = np.concatenate([[0.0], np.cumsum(fill.starts)])
    for name, needed in work.items():
        sums = np.interp(begun, marks, np.concatenate([[0.0], np.cumsum(needed)]))
        assert (np.diff(sums) <= capacity[name] + 1e-6).all(), name


def test_one_measure_is_exact_where_one_resource_is_the_scarcest() -> None:
    jobs, room = np.array([0.0, 3.0, 9.0]), np.array([5.0, 5.0, 4.0])
    demand, capacity = in_one_measure(
        {"calls": 4 * jobs, "tokens": 10 * jobs}, {"calls": 9 * room, "tokens": 10 * room}
    )
    assert backward_fill(demand, capacity).carry * 5 == pytest.approx(backward_fill(jobs, room).carry)
    with pytest.raises(ValueError, match="same resources"):
        in_one_measure({"calls": jobs}, {"tokens": room})


def test_the_required_rate_is_the_densest_interval_from_each_minute_on() -> None:
    demand = np.array([0, 10, 0, 100, 0, 0, 5])
    wait = 4
    expected = [
        max(demand[t : v + 1].sum() / (v - t + 1 + wait) for v in range(t, demand.size)) for t in range(demand.size)
    ]
    assert required_rate(demand, extra_age=timedelta(minutes=wait)) == pytest.approx(expected)


@given(st.lists(st.integers(0, 200), max_size=2000))
def test_jobs_are_counted_in_any_order(buckets: list[int]) -> None:
    found = counted(np.array(buckets, np.int16), size=201)
    assert found.tolist() == [buckets.count(bucket) for bucket in range(201)]
