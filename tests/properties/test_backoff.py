"""Backoff grows, jitters, keeps what was asked for, and never goes past the latest start."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from onealarm.jobs.backoff import CAP, FIRST, next_attempt
from onealarm.jobs.deadline import LEAD, deadline, latest_start, slack
from tests.support.clock import NOON

AHEAD = st.timedeltas(timedelta(hours=-1), timedelta(hours=2))
ATTEMPTS = st.integers(1, 1000)
SEEDS = st.integers(0, 2**32)


@given(ATTEMPTS, AHEAD, SEEDS, st.none() | st.timedeltas(timedelta(), timedelta(hours=3)))
def test_never_past_the_latest_start_and_never_sooner_than_asked(
    attempt: int, ahead: timedelta, seed: int, wait: timedelta | None
) -> None:
    ring = NOON + ahead
    again = next_attempt(attempt=attempt, ring_at=ring, now=NOON, random=Random(seed), wait=wait)
    if again is None:
        assert NOON + (wait or timedelta()) >= latest_start(ring)
    else:
        assert NOON < again <= latest_start(ring)
        assert again - NOON >= (wait or timedelta())


@given(ATTEMPTS, SEEDS)
def test_the_pause_doubles_up_to_the_cap_and_half_of_it_is_chance(attempt: int, seed: int) -> None:
    again = next_attempt(attempt=attempt, ring_at=NOON + timedelta(hours=2), now=NOON, random=Random(seed))
    assert again is not None
    full = min(CAP, FIRST * 2 ** min(attempt - 1, 20))
    assert full / 2 <= again - NOON <= full


def test_a_failure_that_lasts_is_tried_until_the_latest_start() -> None:
    """From 58 minutes before the ring: the cause may be mended at any time, so the attempts must reach to the end."""
    ring, now, attempt, random = NOON + LEAD, NOON, 1, Random(7)
    while (again := next_attempt(attempt=attempt, ring_at=ring, now=now, random=random)) is not None:
        now, attempt = again, attempt + 1
    assert now == latest_start(ring)
    assert 10 <= attempt <= 30


@given(AHEAD, st.timedeltas(timedelta(), timedelta(minutes=30)))
def test_slack_shrinks_with_time_and_with_work(ahead: timedelta, more: timedelta) -> None:
    ring = NOON + ahead
    assert slack(ring, NOON + more) == slack(ring, NOON) - more
    assert slack(ring, NOON, expected_work=more) == deadline(ring) - NOON - more


def test_two_failures_do_not_retry_in_step() -> None:
    ring = NOON + timedelta(hours=2)
    pauses = {next_attempt(attempt=3, ring_at=ring, now=NOON, random=Random(seed)) for seed in range(20)}
    assert len(pauses) == 20
