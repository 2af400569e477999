"""Requirements R3 and R11 of the briefing as far as they are about money, and the fleet's limits with real speakers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from onealarm.control.budget import projected_use
from onealarm.control.governor.pools import RENEWAL, PoolLimit
from onealarm.events import JobDone
from onealarm.ids import WorkerId
from onealarm.maintenance.governor import Governor
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.ledger import PostgresLedger
from tests.support.clock import NOON
from tests.support.factories import make_alarm_in, make_user
from tests.support.leaping_clock import LeapingClock
from tests.support.making import Making, making
from tests.support.paid_voice import REQUESTS, USD_PER_CALL, PaidVoice
from tests.support.provider_server import ProviderServer

MINUTE: Final = timedelta(minutes=1)
LIMIT: Final = 60
WORKERS: Final = 3
NAMES: Final = ("Ada", "Grace", "Edsger", "Barbara", "Donald", "Leslie")


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


class Fleet:
    """Three processes with a paid voice each, and a leader."""

    def __init__(self, database: Database, clock: LeapingClock, server: ProviderServer) -> None:
        self.clock, self.server = clock, server
        self.leases = PostgresGovernor(database)
        self.leader = Governor(self.leases, epoch=lambda: 1)
        self.voices: list[PaidVoice] = []
        self.processes: list[Making] = []
        self._renewed = clock.now()

    async def every_5_seconds(self) -> None:
        """As their services do: beat, renew, grant."""
        if self.clock.now() - self._renewed < RENEWAL:
            return
        self._renewed = self.clock.now()
        for process in self.processes:
            await process.queue.beat(process.worker.id)
        for voice in self.voices:
            await voice.meter.renew()
        await self.leader.run_once()

    async def work(self, *, until: int) -> list[JobDone]:
        """What is due, side by side and again where a call was not made, until so many are done; returns those."""
        done: list[JobDone] = []
        for _ in range(20):
            await asyncio.gather(*(process.work() for process in self.processes))
            done = [event for process in self.processes for event in process.events if isinstance(event, JobDone)]
            if len(done) >= until:
                break
            await self.clock.sleep(RENEWAL)
        return done


@pytest.fixture
async def fleet(database: Database, clock: LeapingClock, tmp_path: Path) -> AsyncIterator[Fleet]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ProviderServer.running(clock.now, limit=LIMIT))
        fleet = Fleet(database, clock, server)
        await fleet.leases.declare([PoolLimit(REQUESTS, LIMIT, 1.0)])
        for number in range(WORKERS):
            worker = WorkerId(UUID(int=number + 1))
            voice = PaidVoice(server, fleet.leases, worker=worker, limit=LIMIT, clock=clock)
            stack.push_async_callback(voice.aclose)
            fleet.voices.append(voice)
            fleet.processes.append(await stack.enter_async_context(making(database, tmp_path, voice, slots=2)))
        clock.every_5_seconds = fleet.every_5_seconds
        await clock.sleep(4 * RENEWAL)
        yield fleet


async def test_r11_the_ledger_is_the_providers_bill_and_no_limit_is_exceeded(fleet: Fleet, database: Database) -> None:
    for number, name in enumerate(NAMES):
        user = await make_user(database, name=name)
        await make_alarm_in(database, (40 + number) * MINUTE, now=NOON, user_id=user)
    done = await fleet.work(until=len(NAMES))
    assert len(done) == len(NAMES)
    assert {event.tier for event in done} == {"full"}
    calls = [at for at, status in fleet.server.statuses if status == 200]
    assert fleet.server.count(429) == 0
    assert most_in_a_minute(calls) <= LIMIT
    ledger = PostgresLedger(database)
    paid = await ledger.paid(since=NOON - MINUTE, until=NOON + timedelta(hours=1))
    assert sum(one.requests for one in paid) == len(calls), "each call is there once"
    assert sum(one.usd for one in paid) == pytest.approx(len(calls) * USD_PER_CALL)
    assert {one.kind for one in paid} == {"speech", "passage"}
    report = await ledger.report(days=1)
    assert report.briefings == {"full": len(NAMES)}
    assert report.usd_per_alarm == pytest.approx(len(calls) * USD_PER_CALL / len(NAMES))
    spoken = sum(one.usd for one in paid if one.kind == "speech")
    assert await ledger.efficiency(now=fleet.clock.now() + MINUTE) == pytest.approx(spoken / report.usd)
    assert report.stored.size > 0
    assert report.stored.alarms == len(NAMES)
    assert report.stored.per_alarm is not None
    assert report.stored.briefing is not None
    assert report.stored.per_alarm < report.stored.briefing, "they share what they have in common"


async def test_r11_calls_that_fail_are_in_the_ledger(fleet: Fleet, database: Database) -> None:
    broken = iter([True, True])

    def fails_twice(server: ProviderServer, now: datetime) -> tuple[int, dict[str, str]]:
        return (500 if next(broken, False) else 200), {}

    fleet.server.answering = fails_twice
    await make_alarm_in(database, 40 * MINUTE, now=NOON)
    assert len(await fleet.work(until=1)) == 1
    await fleet.clock.sleep(2 * RENEWAL)  # failures are written down with the renewals
    [calls] = await PostgresLedger(database).calls()
    assert (calls.calls, calls.failed, calls.refused) == (len(fleet.server.statuses), 2, 0)


def most_in_a_minute(calls: list[datetime]) -> int:
    return max(sum(end - MINUTE < at <= end for at in calls) for end in calls)


async def test_quotas_of_a_platform_are_the_same_object(database: Database, clock: LeapingClock) -> None:
    budgets = PostgresBudgets(database, amounts={"invocations": 100.0, "storage": 1000.0})
    for _ in range(30):
        await budgets.add_use("invocations", 1)
    await budgets.set_use("storage", 810)
    await budgets.set_use("storage", 800)
    await budgets.add_use("unlimited", 7)
    standing = (await budgets.today("invocations")).standing
    assert standing.used == pytest.approx(0.3)
    assert projected_use(standing, now=NOON) == pytest.approx(0.6), "at noon"
    assert (await budgets.today("storage")).standing.used == pytest.approx(0.8)
    assert len(await database.fetch("select from onealarm.budgets")) == 2, "what has no quota is not counted"
