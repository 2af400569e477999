"""Pacing, lanes, feedback, headers, retries, throttle and breaker."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from onealarm.control.governor.agreed import parse_budgets, parse_limits
from onealarm.control.governor.breaker import PROBE, Breaker
from onealarm.control.governor.demand import rate, wants
from onealarm.control.governor.feedback import Effective, judge
from onealarm.control.governor.headers import Said, limits_said, pause_said, retry_after
from onealarm.control.governor.in_flight import most_in_flight
from onealarm.control.governor.lanes import ByClass, advance_within, open_to
from onealarm.control.governor.pacing import Pace
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.control.governor.retries import RetryBudget, next_try, pause
from onealarm.control.governor.throttle import Throttle
from onealarm.jobs.deadline import LEAD
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
REQUESTS, TOKENS = PoolId("acme", "talk", "requests"), PoolId("acme", "talk", "tokens")


def test_a_lease_begins_without_credit_and_sends_evenly() -> None:
    pace = Pace(1.0, NOON).granted(60, now=NOON)
    assert pace.wait(1, priority=1, now=NOON) == SECOND + timedelta(microseconds=1)
    later = NOON + SECOND
    assert pace.wait(1, priority=1, now=later) == timedelta()
    assert pace.charged(1, now=later).wait(1, priority=1, now=later) == SECOND + timedelta(microseconds=1)


def test_credit_grows_to_one_second_of_the_rate_and_no_further() -> None:
    pace, later = Pace(1.0, NOON).granted(600, now=NOON), NOON + 5 * MINUTE
    for _ in range(10):
        assert pace.wait(1, priority=1, now=later) == timedelta()
        pace = pace.charged(1, now=later)
    assert pace.wait(1, priority=1, now=later) != timedelta()


def test_a_clock_that_goes_back_gives_no_credit() -> None:
    pace = Pace(1.0, NOON).granted(60, now=NOON).charged(1, now=NOON + SECOND)
    assert pace.wait(1, priority=1, now=NOON) == SECOND + timedelta(microseconds=1)
    assert pace.seen_at(NOON).seen_at(NOON + SECOND).credit[0] <= 1


def test_without_a_grant_nothing_goes_and_credit_is_lost() -> None:
    pace = Pace(1.0, NOON).granted(60, now=NOON)
    none = pace.granted(0, now=NOON + SECOND)
    assert none.wait(1, priority=1, now=NOON + MINUTE) is None
    again = none.granted(60, now=NOON + MINUTE)
    assert again.wait(1, priority=1, now=NOON + MINUTE) != timedelta()


def test_a_provider_that_asks_for_silence_gets_it() -> None:
    pace = Pace(1.0, NOON).granted(60, now=NOON).closed(NOON + MINUTE).closed(NOON + SECOND)
    assert pace.wait(1, priority=1, now=NOON + 20 * SECOND) == 40 * SECOND


def test_what_was_reserved_too_much_comes_back() -> None:
    pace = Pace(3000.0, NOON).granted(60_000, now=NOON)
    at = NOON + 3 * SECOND
    sent = pace.charged(3000, now=at)
    assert sent.charged(-2000, now=at).wait(2000, priority=1, now=at) == timedelta()


@pytest.mark.parametrize(("use", "lane"), [(0.0, 5), (0.85, 5), (0.86, 3), (0.95, 3), (0.96, 1), (1.2, 1)])
def test_claims_of_less_urgent_classes_stop_as_use_rises(use: float, lane: int) -> None:
    assert open_to(use) == lane


def test_a_lane_cuts_the_advance_window() -> None:
    window = timedelta(minutes=30)
    assert advance_within(5, window) == window
    assert advance_within(3, window) == timedelta()
    assert LEAD + advance_within(1, window) == timedelta(minutes=25)


def test_demand_is_what_is_used_and_a_little_more_and_what_waits() -> None:
    found = wants(used=ByClass(high=100), waiting=ByClass(critical=5), least=3)
    assert (found.critical, round(found.high, 6), found.normal) == (10, 102, 0)
    assert wants(used=ByClass(), waiting=ByClass(), least=3) == ByClass(normal=3)


def test_use_is_averaged_over_calls_that_are_seldom() -> None:
    """One call in every second period of five seconds, so six a minute."""
    found, seen = ByClass(), []
    for number in range(100):
        found = rate(found, ByClass(high=float(number % 2)), period=5 * SECOND)
        seen.append(found.high)
    assert 5 < min(seen[-10:]) < max(seen[-10:]) < 7


def test_in_flight_is_what_the_scarcest_lease_feeds() -> None:
    work = {REQUESTS: 5.0, TOKENS: 9000.0}
    leased = {REQUESTS: 500.0, TOKENS: 90_000.0}
    assert most_in_flight(leased, work, span=30 * SECOND) == 5
    assert most_in_flight(leased, work, span=4 * MINUTE) == 10
    assert most_in_flight({**leased, TOKENS: 9000.0}, work, span=SECOND) == 1
    assert most_in_flight({**leased, TOKENS: 8999.0}, work, span=SECOND) == 0
    assert most_in_flight({REQUESTS: 500.0}, work, span=SECOND) == 0
    assert most_in_flight({}, {}, span=SECOND) > 1000


def judged(before: Effective, *, calls: int, refused: int, seen: float | None = None, limit: float = 1000) -> Effective:
    return judge(before, limit=limit, agreed=1000, seen=seen, calls=calls, refused=refused, now=NOON)


def test_the_limit_falls_after_two_bad_periods_to_half_at_the_least_and_recovers_slowly() -> None:
    state = Effective(1000, 0, NOON)
    state = judged(state, calls=100, refused=2)
    assert state.per_minute == 1000, "the workers react first"
    state = judged(state, calls=100, refused=2)
    assert state.per_minute == pytest.approx(900)
    for _ in range(10):
        state = judged(state, calls=100, refused=50)
    assert state.per_minute == 500
    state = judged(state, calls=100, refused=1)
    assert (state.per_minute, state.bad_periods) == (510, 0)
    for _ in range(60):
        state = judged(state, calls=0, refused=0)
    assert state.per_minute == 1000


def test_a_provider_may_lower_its_limit_and_never_raise_what_was_agreed() -> None:
    state = judged(Effective(1000, 0, NOON), calls=10, refused=0, seen=300)
    assert state.per_minute == 300
    state = judged(state, calls=10, refused=0, seen=1e9, limit=300)
    assert state.per_minute == 1000, "back at once: it had refused nothing"


def test_headers_are_read_in_the_form_of_the_provider() -> None:
    headers = {
        "X-RateLimit-Limit-Requests": "500",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m30.5s",
        "x-ratelimit-remaining-tokens": "-3",
        "x-ratelimit-reset-tokens": "120ms",
    }
    said = limits_said(headers)
    assert said == {
        "requests": Said(500, 0, timedelta(seconds=90.5)),
        "tokens": Said(None, None, timedelta(milliseconds=120)),
    }
    assert pause_said(said, now=NOON) == {"requests": NOON + timedelta(seconds=90.5)}


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7 * SECOND),
        ("0", timedelta()),
        ("1e99", None),
        ("999999999", timedelta(hours=1)),
        ("Tue, 24 Nov 2026 12:00:30 GMT", 30 * SECOND),
        ("Tue, 24 Nov 2026 11:00:30 GMT", timedelta()),
        ("soon", None),
        ("nan", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait: timedelta | None) -> None:
    assert retry_after({"Retry-After": value}, now=NOON) == wait


def test_retries_are_earned_by_ten_first_attempts() -> None:
    budget = RetryBudget().retried().retried().retried()
    assert not budget.allows, "three are given"
    for _ in range(9):
        budget = budget.first_attempt()
    assert not budget.allows
    budget = budget.first_attempt()
    assert budget.allows
    assert not budget.retried().allows


def test_there_are_three_attempts_at_most() -> None:
    given = {"budget": RetryBudget(5), "now": NOON, "latest": NOON + timedelta(hours=1), "typical": SECOND}
    assert next_try(attempt=2, random=Random(1), **given) is not None  # type: ignore[arg-type]
    assert next_try(attempt=3, random=Random(1), **given) is None  # type: ignore[arg-type]


def test_pauses_are_fully_jittered() -> None:
    random = Random(7)
    pauses = [pause(attempt=3, random=random) for _ in range(500)]
    assert min(pauses) < timedelta(seconds=0.2)
    assert timedelta(seconds=3.8) < max(pauses) <= timedelta(seconds=4)


def test_the_throttle_sends_little_more_than_is_accepted_and_trusts_again_within_minutes() -> None:
    random, throttle, now = Random(3), Throttle(NOON), NOON
    sent = left = 0
    for number in range(12_000):
        now += timedelta(milliseconds=100)
        if number % 300 == 0 or number >= 6000:
            left = 60  # of 300 calls in half a minute that are wanted it takes 60, and later all
        throttle, goes = throttle.asked(now=now, random=random)
        if goes and left > 0:
            left -= 1
        elif goes:
            throttle = throttle.refused(now=now)
        if 3000 <= number < 6000:
            sent += goes
    assert 0.75 * 600 <= sent <= 1.25 * 600
    assert throttle.refusal < 0.05, "ten minutes later"


def test_many_that_call_at_once_are_all_sent_though_nothing_has_been_answered_yet() -> None:
    random, throttle = Random(3), Throttle(NOON)
    for _ in range(100):
        throttle, goes = throttle.asked(now=NOON, random=random)
        assert goes


def test_the_breaker_opens_at_half_of_twenty_and_probes_every_15_seconds() -> None:
    breaker = Breaker()
    for number in range(19):
        breaker = breaker.ended(ok=number % 2 == 0, now=NOON)
    assert not breaker.is_open
    breaker = breaker.ended(ok=False, now=NOON)
    assert breaker.is_open
    assert not breaker.lets_through(NOON + PROBE - SECOND)
    assert breaker.lets_through(NOON + PROBE)
    probed = breaker.called(NOON + PROBE)
    assert not probed.lets_through(NOON + PROBE + SECOND)
    assert probed.ended(ok=False, now=NOON + PROBE + SECOND).is_open
    assert probed.ended(ok=True, now=NOON + PROBE + SECOND) == Breaker()


def test_old_failures_do_not_open_the_breaker() -> None:
    breaker = Breaker()
    for _ in range(19):
        breaker = breaker.ended(ok=False, now=NOON)
    assert not breaker.ended(ok=False, now=NOON + 2 * MINUTE).is_open


def test_limits_and_budgets_are_read() -> None:
    assert parse_limits("acme/talk:requests=500,tokens=50000; acme/Write-1.5: requests=60;") == (
        PoolLimit(REQUESTS, 500, 1),
        PoolLimit(TOKENS, 50_000, 3200),
        PoolLimit(PoolId("acme", "Write-1.5", "requests"), 60, 1),
    )
    assert parse_limits("") == ()
    assert parse_budgets("usd=25, invocations=16000") == {"usd": 25, "invocations": 16_000}
