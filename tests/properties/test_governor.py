"""Rules of the governor for all input."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.control.budget import ALL_LOCAL, BESPOKE_USD, STEP, Mix, Standing, affordable, chunk, paced
from onealarm.control.governor.grants import Lease, grants
from onealarm.control.governor.headers import LONGEST_WAIT, limits_said, retry_after
from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pacing import Pace
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.control.governor.retries import RetryBudget, next_try
from onealarm.control.governor.shares import fair_shares
from onealarm.jobs.priority import Priority
from tests.support.clock import NOON

_CLASSES: tuple[Priority, ...] = (1, 3, 5)
AMOUNTS = st.floats(min_value=0, max_value=1e6)
CLASSES: st.SearchStrategy[Priority] = st.sampled_from(_CLASSES)
SECOND = timedelta(seconds=1)


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from((1.0, 2.0, 4.0))), max_size=30), AMOUNTS)
def test_shares_waste_nothing_and_nobody_could_have_more_but_from_somebody_with_less(
    wanted: list[tuple[float, float]], capacity: float
) -> None:
    wants, weights = [want for want, _ in wanted], [weight for _, weight in wanted]
    shares = fair_shares(wants, weights=weights, capacity=capacity)
    assert all(0 <= share <= want for share, want in zip(shares, wants, strict=True))
    assert abs(sum(shares) - min(capacity, sum(wants))) <= 1e-6 * (1 + capacity)
    unsatisfied = [s / w for s, w, want in zip(shares, weights, wants, strict=True) if s < want * (1 - 1e-9) - 1e-9]
    most = max((s / w for s, w in zip(shares, weights, strict=True)), default=0.0)
    assert all(level >= most * (1 - 1e-6) - 1e-6 for level in unsatisfied)


LEASES = st.lists(
    st.builds(
        Lease,
        worker=st.integers(0, 1 << 40).map(lambda number: UUID(int=number)),
        wants=st.builds(ByClass, critical=AMOUNTS, high=AMOUNTS, normal=AMOUNTS),
        granted=AMOUNTS,
        held=AMOUNTS,
        renewed_at=st.integers(0, 4000).map(lambda seconds: NOON - seconds * SECOND),
    ),
    max_size=20,
)


@given(LEASES, st.floats(min_value=1, max_value=1e6), st.floats(min_value=0.5, max_value=1))
def test_all_leases_together_never_promise_more_than_before_or_than_there_is(
    leases: list[Lease], limit: float, health: float
) -> None:
    pool = PoolLimit(PoolId("acme", "talk", "tokens"), limit, 1.0)
    decided = grants(pool, leases, effective=limit * health, now=NOON)
    promised = sum(max(one.promised, new) for one, new in zip(leases, decided.per_minute, strict=True))
    assert promised <= decided.ceiling * (1 + 1e-9)
    assert decided.ceiling <= max(0.9 * limit * health, sum(one.promised for one in leases)) * (1 + 1e-9)


@settings(deadline=None)  # minutes of calls, second by second
@given(st.integers(0, 1 << 30), st.floats(min_value=1, max_value=3000), st.sampled_from((1.0, 20.0)))
def test_in_no_stretch_of_time_more_goes_out_than_was_granted_in_it_and_one_call(
    seed: int, most: float, call: float
) -> None:
    """Grants change at random, come to nothing now and then, and somebody always wants to call."""
    random = Random(seed)
    pace, now, rate = Pace(call, NOON), NOON, 0.0
    sent: list[float] = []
    granted: list[float] = []
    step = timedelta(milliseconds=500)
    for _ in range(240):
        if random.random() < 0.1:
            rate = random.choice((0.0, most * random.random()))
            pace = pace.granted(rate, now=now)
        now += step
        sent.append(0.0)
        granted.append(rate * (step / timedelta(minutes=1)))
        for _ in range(50):
            units = call * random.random()
            priority = random.choice(_CLASSES)
            if pace.wait(units, priority=priority, now=now) != timedelta():
                break
            pace = pace.charged(units, now=now)
            sent[-1] += units
    sums_sent, sums_granted = [0.0, *accumulate(sent)], [0.0, *accumulate(granted)]
    for begin in range(len(sent)):
        before = granted[max(0, begin - 1)] * (SECOND / step)  # what one second of the rate had saved up
        for end in range(begin + 1, len(sent) + 1, 7):
            there_was = sums_granted[end] - sums_granted[begin] + max(call, before, granted[begin] * (SECOND / step))
            assert sums_sent[end] - sums_sent[begin] <= there_was + 1e-6


@settings(deadline=None)
@given(st.lists(CLASSES, min_size=1, max_size=300))
def test_less_urgent_classes_leave_their_part_to_the_more_urgent(asked: list[Priority]) -> None:
    """Over a minute at full demand, normal work takes at most 85 %, high and normal together at most 95 %."""
    pace, now = Pace(1.0, NOON).granted(600, now=NOON), NOON
    sent: dict[Priority, int] = {1: 0, 3: 0, 5: 0}
    for tick in range(600):
        now += timedelta(milliseconds=100)
        priority = asked[tick % len(asked)]
        if pace.wait(1.0, priority=priority, now=now) == timedelta():
            pace = pace.charged(1.0, now=now)
            sent[priority] += 1
    burst = 10
    assert sent[5] <= 0.85 * 600 + burst
    assert sent[3] + sent[5] <= 0.95 * 600 + burst
    assert sum(sent.values()) <= 600 + burst


@given(st.text(max_size=40), st.text(max_size=40))
def test_headers_of_any_kind_are_read_or_passed_over(name: str, value: str) -> None:
    for header in ("retry-after", "retry-after-ms", "x-ratelimit-limit-tokens", "x-ratelimit-reset-requests", name):
        said = limits_said({header: value})
        assert all((one.limit or 1) > 0 and (one.reset or SECOND) <= LONGEST_WAIT for one in said.values())
        wait = retry_after({header: value}, now=NOON)
        assert wait is None or timedelta() <= wait <= LONGEST_WAIT


@given(
    st.integers(1, 3),
    st.integers(0, 3600),
    st.integers(0, 60),
    st.none() | st.integers(0, 3600),
    st.integers(0, 1 << 30),
)
def test_no_retry_is_too_late_or_earlier_than_was_asked_for(
    attempt: int, until_latest: int, typical: int, wait: int | None, seed: int
) -> None:
    at = next_try(
        attempt=attempt,
        budget=RetryBudget(earned=1.0),
        now=NOON,
        latest=NOON + until_latest * SECOND,
        typical=typical * SECOND,
        random=Random(seed),
        wait=None if wait is None else wait * SECOND,
    )
    if at is not None:
        assert at + typical * SECOND <= NOON + until_latest * SECOND
        assert at >= NOON + (wait or 0) * SECOND


@given(st.floats(min_value=0, max_value=0.2))
def test_the_affordable_mix_costs_what_there_is(each: float) -> None:
    mix = affordable(each, BESPOKE_USD)
    assert 0 <= mix.full <= 1
    assert 0 <= mix.short <= 1 - mix.full + 1e-12
    assert abs(mix.cost(BESPOKE_USD) - min(each, BESPOKE_USD.full)) < 1e-9


@given(
    st.floats(min_value=0, max_value=1),
    st.floats(min_value=0, max_value=1),
    st.floats(min_value=0, max_value=1000),
    st.floats(min_value=0, max_value=1000),
    st.floats(min_value=0, max_value=100_000),
)
def test_the_mix_moves_by_a_tenth_at_most_unless_the_money_is_gone(
    full: float, part: float, amount: float, spent: float, alarms_left: float
) -> None:
    before, standing = Mix(full, part * (1 - full)), Standing(amount, spent, 0.0)
    after = paced(before, standing, alarms_left=alarms_left, costs=BESPOKE_USD)
    assert after.full + after.short <= 1 + 1e-9
    if standing.left <= 0:
        assert after == ALL_LOCAL
    else:
        assert abs(after.full - before.full) <= STEP + 1e-9


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100), AMOUNTS)
def test_a_chunk_is_never_more_than_is_left(amount: float, spent: float, wants: float) -> None:
    standing = Standing(amount, spent, 0.0)
    assert 0 <= chunk(standing, wants=wants) <= standing.left
