"""The leader's services of money on the real database: what they set, count and tell."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from onealarm.control.budget import FIRST_DAY, Recent, expected_costs
from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.events import BudgetAtRisk, BudgetReached, Event, Events, FigureSeen
from onealarm.ids import WorkerId
from onealarm.maintenance.governor import Governor
from onealarm.pipeline.library import Charge
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.treasury import Outlook, treasury
from onealarm.providers import parse_providers
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.worker.leasing import Ask, Failures
from onealarm.worker.wallet import FEWEST, Wallet
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_alarm, make_alarm_in
from tests.support.plans import Explainer

HOUR: Final = timedelta(hours=1)
AMOUNTS: Final = {"usd": 10.0, "invocations": 100.0, "storage": 1000.0}
REQUESTS: Final = PoolId("acme", "talk", "requests")


class Office:
    """The services, led by somebody, and what they told."""

    def __init__(self, database: Database) -> None:
        self.epoch: int | None = 1
        self.told: list[Event] = []
        self.metrics = ControlMetrics(CollectorRegistry())
        self.services = treasury(
            database, amounts=AMOUNTS, epoch=lambda: self.epoch, events=Events([self.told.append, self.metrics])
        )

    async def run(self) -> list[Event]:
        """All of them once; returns what happened, without figures."""
        self.told.clear()
        for service in self.services:
            await service.run_once()
        return [event for event in self.told if not isinstance(event, FigureSeen)]


def test_the_costs_of_a_first_day_give_way_to_what_briefings_cost() -> None:
    assert expected_costs(Recent(usd=0.0, full=0, short=0)) == FIRST_DAY
    assert parse_providers({}).first_costs == FIRST_DAY
    bespoke = parse_providers({"writer": {"kind": "openai", "mode": "bespoke"}}).first_costs
    assert expected_costs(Recent(usd=0.0, full=0, short=0), first=bespoke).full > 2 * FIRST_DAY.full
    cheap = expected_costs(Recent(usd=1.0, full=2000, short=0))
    assert cheap.full == pytest.approx(0.0009, abs=0.0001)
    assert cheap.short == pytest.approx(cheap.full / 4)
    assert expected_costs(Recent(usd=1.0, full=0, short=8000)).full == pytest.approx(cheap.full)
    assert 0.9 * FIRST_DAY.full < expected_costs(Recent(usd=0.0, full=1, short=1)).full < FIRST_DAY.full


async def test_workers_reckon_with_the_costs_that_the_leader_sets(database: Database) -> None:
    wallet = Wallet(PostgresBudgets(database, amounts=AMOUNTS), worker=WorkerId(uuid4()), unit="usd", costs=FIRST_DAY)
    await PostgresSegments(database).note_charge(Charge("acme", "talk", usd=5.0))
    await Office(database).run()
    await wallet.renew(now=NOON)
    expected = expected_costs(await PostgresLedger(database).recent())
    assert expected.full == pytest.approx(0.29), "five dollars more, over the twenty of a first day"
    assert wallet.left(NOON) == pytest.approx(FEWEST * FIRST_DAY.full), "it had asked before it heard"
    assert wallet.choose(lot=0.0, now=NOON) != "full", "what is reserved does not pay for one"
    await wallet.renew(now=NOON + timedelta(minutes=1))
    assert wallet.left(NOON + timedelta(minutes=1)) >= FEWEST * expected.full


async def test_quotas_tell_at_half_and_four_fifths_and_at_their_end_and_once(
    database: Database, clock: VirtualClock
) -> None:
    office, budgets = Office(database), PostgresBudgets(database, amounts=AMOUNTS)
    assert await office.run() == []
    await budgets.add_use("invocations", 49)
    assert await office.run() == [], "half of it at noon is as it should be"
    await budgets.add_use("invocations", 32)
    assert await office.run() == [
        BudgetReached("invocations", 0.5),
        BudgetReached("invocations", 0.8),
        BudgetAtRisk("invocations", 1.62),
    ]
    assert await office.run() == []
    await budgets.add_use("invocations", 19)
    assert await office.run() == [BudgetReached("invocations", 1.0)]
    assert office.metrics.spent.labels("invocations")._value.get() == 1.0
    clock.advance(13 * HOUR)
    assert await office.run() == [], "it is another day"


async def test_who_does_not_lead_does_nothing(database: Database) -> None:
    office = Office(database)
    office.epoch = None
    await office.run()
    assert office.told == []
    assert await database.fetch("select from onealarm.budgets") == []


async def test_pools_and_calls_are_told(database: Database) -> None:
    leases, worker = PostgresGovernor(database), WorkerId(uuid4())
    await leases.declare([PoolLimit(REQUESTS, 100.0, 1.0)])
    ask = Ask(REQUESTS, wants=ByClass(high=50.0), used=45.0)
    await leases.renew(worker, [ask])
    await Governor(leases, epoch=lambda: 1).run_once()
    await leases.renew(worker, [ask])
    await leases.note_failures([Failures("acme", "talk", "refused", 3), Failures("acme", "talk", "status 500", 2)])
    await PostgresSegments(database).note_charge(Charge("acme", "talk", requests=15))
    office = Office(database)
    await office.run()
    metrics = office.metrics
    assert metrics.overcommit._value.get() == 0
    assert metrics.use.labels("acme", "talk", "requests")._value.get() == pytest.approx(0.45)
    calls = {result: metrics.calls.labels("acme", "talk", result)._value.get() for result in
             ("answered", "refused", "failed")}  # fmt: skip
    assert calls == {"answered": 15, "refused": 3, "failed": 2}


async def test_alarms_whose_work_begins_before_midnight_are_left_of_the_day(
    database: Database, clock: VirtualClock
) -> None:
    for ahead in (HOUR / 2, 2 * HOUR, 11 * HOUR, 12 * HOUR + HOUR / 2, 14 * HOUR):
        await make_alarm_in(database, ahead, now=clock.now())
    await make_alarm(database, wall_time=time(7), days=(1, 2, 3, 4, 5, 6, 7))
    outlook = Outlook(PostgresForecast(database), PostgresLedger(database), first_costs=FIRST_DAY)
    assert await outlook.alarms_left() == 3
    clock.advance(2 * HOUR)
    assert await outlook.alarms_left() == 2


async def test_the_ledger_of_days_is_read_by_its_indexes(database: Database, database_url: str) -> None:
    await database.fetch(
        "insert into onealarm.segments (key, state, worker_id, token, engine, voice, frames, onset_sample, end_sample,"
        " size_bytes, true_peak, provider, model, usd, paid_at, last_used_at)"
        " select lpad(to_hex(n), 64, '0'), 'ready', gen_random_uuid(), n, 'e', 'v', 1, 0, 1, 1, 0, 'acme', 'talk',"
        " 0.01, onealarm.now() - n * interval '1 minute', onealarm.now() from generate_series(1, 40000) n"
    )
    raw = await asyncpg.connect(database_url)
    await raw.execute("analyze onealarm.segments")
    await raw.close()
    async with Explainer.opened(database_url) as explainer:
        for name, arguments in (
            ("list_paid", ("onealarm.now() - interval '1 day'", "onealarm.now()")),
            ("find_recent_cost", ()),
            ("count_calls", ()),
        ):
            await explainer.prepare("ledger", name)
            for plan in await explainer.plans(name, *arguments):
                assert not plan.read_whole("segments"), plan
