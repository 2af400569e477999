"""Calls to a provider over HTTP: paced by leases, refused, failing, lying; in a time that leaps from pause to pause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import httpx
import pytest

from onealarm.control.governor.pools import RENEWAL, PoolId, PoolLimit
from onealarm.errors import Permanent, Retryable
from onealarm.ids import WorkerId
from onealarm.maintenance.governor import Governor
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.meter import Meter
from onealarm.worker.provider_calls import Answer, ProviderCalls
from onealarm.worker.waiting_line import Line
from tests.support.clock import NOON
from tests.support.leaping_clock import LeapingClock
from tests.support.provider_server import ProviderServer, by_limit, without_a_word

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
REQUESTS: Final = PoolId("acme", "talk", "requests")


class Caller:
    """One worker's calls of one model, with its leases."""

    def __init__(self, database: Database, clock: LeapingClock, server: ProviderServer, *, limit: float | None) -> None:
        limits = [] if limit is None else [PoolLimit(REQUESTS, limit, 1.0)]
        self.clock, self.server = clock, server
        self.leases = PostgresGovernor(database)
        self.limits = limits
        time = DatabaseTime(steady=lambda: clock.now().timestamp())
        time.hear(NOON)
        self.meter = Meter(self.leases, worker=WorkerId(uuid4()), limits=limits, now=time.now, least={REQUESTS: 1.0})
        line = Line(self.meter, time=time, clock=clock)
        self.calls = ProviderCalls(
            "acme", "talk", meter=self.meter, line=line, time=time, clock=clock, random=Random(5)
        )
        self.leader = Governor(self.leases, epoch=lambda: 1)
        self._renewed = NOON
        self._client = httpx.AsyncClient(timeout=5, verify=False)

    async def start(self) -> None:
        await self.leases.declare(self.limits)
        self.clock.every_5_seconds = self._renew
        await self.clock.sleep(4 * RENEWAL)

    async def call(self, *, latest: timedelta = timedelta(hours=1), ring_at: datetime | None = None) -> str:
        """One call that must be answered within ``latest``, for a ring in 40 minutes."""
        return await self.calls.run(
            self._ask,
            work={REQUESTS: 1.0},
            ring_at=ring_at or self.clock.now() + 40 * MINUTE,
            latest=self.clock.now() + latest,
            typical=SECOND,
        )

    async def _renew(self) -> None:
        if self.clock.now() - self._renewed >= RENEWAL:
            self._renewed = self.clock.now()
            await self.meter.renew()
            await self.leader.run_once()

    async def _ask(self) -> Answer[str]:
        try:
            answer = await self._client.get(self.server.url)
        except httpx.HTTPError as error:
            raise Retryable(type(error).__name__) from error
        return Answer(answer.status_code, answer.headers, answer.text)


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
async def provider(clock: LeapingClock) -> AsyncIterator[ProviderServer]:
    async with ProviderServer.running(clock.now) as running:
        yield running


async def test_calls_go_out_at_the_leased_rate_and_are_never_refused(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=60)
    await caller.start()
    begun = clock.now()
    for _ in range(90):
        assert await caller.call() == "ok"
    assert provider.count(429) == 0
    assert clock.now() - begun >= timedelta(seconds=90), "54 a minute at the most"


async def test_r20_a_storm_of_refusals_is_answered_by_waiting_and_few_retries(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    """The provider takes 20 calls a minute where 60 were agreed, and says so only by refusing (E23)."""
    provider.limit, provider.answering = 20, without_a_word
    caller = Caller(database, clock, provider, limit=60)
    await caller.start()
    first, given_up = 400, 0
    for _ in range(first):
        try:
            await caller.call(latest=timedelta(minutes=3))
        except Retryable:
            given_up += 1
            await clock.sleep(SECOND)
    assert len(provider.statuses) <= 1.1 * first
    assert_retry_after_is_kept(provider)
    # Half of what was agreed is the lowest that the fleet goes by itself; the rest is Retry-After and the throttle.
    [pool] = await caller.leases.pools()
    assert pool["effective"] < 60
    late = [status for at, status in provider.statuses if at > clock.now() - 5 * MINUTE]
    assert late.count(200) >= 0.5 * 5 * 20, "at least half of what the provider gives is used"
    failures = await database.fetch("select * from onealarm.failed_calls")
    assert [(one["reason"], one["model"]) for one in failures] == [("refused", "talk")]


def assert_retry_after_is_kept(provider: ProviderServer) -> None:
    """In no case does a call come while the provider wants silence."""
    assert all(
        status != 429 or at + timedelta(seconds=0.9) <= later
        for (at, status), (later, _) in zip(provider.statuses, provider.statuses[1:], strict=False)
    )


async def test_r20_a_retry_that_would_come_too_late_is_not_made(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=None)
    for _ in range(20):
        await caller.call()
    provider.answering = lambda *_: (429, {"Retry-After": "30"})
    before = clock.now()
    with pytest.raises(Retryable) as refused:
        await caller.call(latest=30 * SECOND)
    assert refused.value.wait == 30 * SECOND, "whoever tries again knows when"
    assert (clock.now() - before, provider.count(429)) == (timedelta(), 1)


async def test_r20_retry_after_is_kept_where_there_is_time(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=None)
    for _ in range(20):
        await caller.call()
    refusing = clock.now() + 20 * SECOND

    def refuses_for_a_while(of: ProviderServer, now: datetime) -> tuple[int, Mapping[str, str]]:
        return (503, {"Retry-After": "30"}) if now < refusing else (200, {})

    provider.answering = refuses_for_a_while
    before = clock.now()
    assert await caller.call() == "ok"
    assert 30 * SECOND <= clock.now() - before <= 31 * SECOND
    assert provider.count(503) == 1


async def test_a_model_that_fails_is_left_alone_and_probed(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=None)
    provider.answering = lambda *_: (500, {})
    began = clock.now()
    for _ in range(600):
        with pytest.raises(Retryable):
            await caller.call()
        clock.advance(timedelta(seconds=0.1))
    minute = clock.now() - began
    assert provider.count(500) <= 1.1 * 20 + minute / (15 * SECOND), "then a probe every 15 seconds"
    provider.answering = by_limit
    clock.advance(15 * SECOND)
    assert await caller.call() == "ok"
    assert await caller.call() == "ok", "one success closes the breaker"


class Together(LeapingClock):
    """Nobody's pause ends before each of ``callers`` is in one or has ended."""

    callers = 10

    def __init__(self) -> None:
        super().__init__()
        self.settled = 0
        self.all_settled = asyncio.Event()

    def settle(self, _: object = None) -> None:
        self.settled += 1
        if self.settled == self.callers:
            self.all_settled.set()

    async def sleep(self, duration: timedelta) -> None:
        del duration
        self.settle()
        await asyncio.wait_for(self.all_settled.wait(), 20)


async def test_r20_calls_that_fail_together_share_the_retries_that_are_earned(database: Database) -> None:
    clock = Together()
    async with ProviderServer.running(clock.now) as provider:
        provider.answering = lambda *_: (500, {})
        caller = Caller(database, clock, provider, limit=None)
        calls = [asyncio.create_task(caller.call()) for _ in range(Together.callers)]
        for one in calls:
            one.add_done_callback(clock.settle)
        failed = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(one, Retryable) for one in failed), failed
        assert provider.count(500) <= 10 + 3 + 1, "three are given, and ten first attempts earn one"


async def test_a_call_that_the_provider_refuses_for_what_it_says_is_not_tried_again(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=None)
    provider.answering = lambda *_: (400, {})
    for _ in range(30):
        with pytest.raises(Permanent):
            await caller.call()
    assert provider.count(400) == 30, "and it says nothing about the provider's health"


async def test_headers_lower_the_limit_of_the_fleet_and_lies_do_not_raise_it(
    database: Database, clock: LeapingClock, provider: ProviderServer
) -> None:
    caller = Caller(database, clock, provider, limit=60)
    await caller.start()
    provider.answering = lambda *_: (200, {"x-ratelimit-limit-requests": "30"})
    for _ in range(20):
        await caller.call()
    [pool] = await caller.leases.pools()
    assert (pool["in_force"], pool["effective"]) == (30, 30)
    assert caller.meter.leased()[REQUESTS] <= 27
    provider.answering = lambda *_: (200, {"x-ratelimit-limit-requests": "99999999", "retry-after": "-1"})
    for _ in range(40):
        await caller.call()
    assert provider.count(200) == 60
    [pool] = await caller.leases.pools()
    assert (pool["in_force"], pool["effective"]) == (60, 60)


async def test_a_slow_provider_that_times_out_is_a_failure_like_another(
    database: Database, clock: LeapingClock
) -> None:
    async with ProviderServer.running(clock.now) as gone:
        pass
    caller = Caller(database, clock, gone, limit=None)
    with pytest.raises(Retryable, match="ConnectError"):
        await caller.call()


async def test_who_rings_first_goes_first(database: Database, clock: LeapingClock, provider: ProviderServer) -> None:
    caller = Caller(database, clock, provider, limit=60)
    await caller.start()
    order: list[int] = []

    async def one(number: int) -> None:
        await caller.call(ring_at=clock.now() + (30 + number) * MINUTE)
        order.append(number)

    async with asyncio.TaskGroup() as group:
        for number in (3, 1, 4, 2, 5):
            group.create_task(one(number))
    assert order == [3, 1, 2, 4, 5], "who comes first finds nobody there"
