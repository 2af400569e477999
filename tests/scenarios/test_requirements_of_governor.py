"""Requirements R16 to R20 and R25: leases of rate limits, pacing, retries, and the day's budget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import pytest

from onealarm.control.budget import BESPOKE_USD as COSTS
from onealarm.control.budget import Costs, PaidTier
from onealarm.control.governor.grants import safe_rate
from onealarm.control.governor.pools import LEASE, RENEWAL, PoolId, PoolLimit
from onealarm.errors import LeaseLost
from onealarm.events import BudgetAtRisk, BudgetReached, BudgetSeen, Event, Events
from onealarm.ids import WorkerId
from onealarm.jobs.priority import Priority
from onealarm.maintenance.budgets import Treasurer
from onealarm.maintenance.governor import Governor
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.worker.governed import GovernedWork
from onealarm.worker.meter import Meter
from onealarm.worker.wallet import FEWEST, GOOD_FOR, Wallet
from tests.support.clock import VirtualClock
from tests.support.fleet import Fleet, FleetWorker

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
MIDNIGHT: Final = datetime(2026, 11, 24, tzinfo=UTC)

REQUESTS: Final = PoolId("acme", "talk", "requests")
TOKENS: Final = PoolId("acme", "talk", "tokens")
LIMITS: Final = (PoolLimit(REQUESTS, 1000.0, 1.0), PoolLimit(TOKENS, 600_000.0, 700.0))
CLASSES: Final[tuple[Priority, ...]] = (1, 3, 3)
"""At a peak all work is due. What is early (5) may use 85 % at most, so it would leave a part unused."""

CALL: Final = {REQUESTS: 1.0, TOKENS: 500.0}

_WRITES: Final = (
    "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_user_tables where relname <> 'rate_pools'"
)


async def writes(database: Database) -> int:
    """Rows written so far, in any table but that of the pools, of which the leader writes each once in five seconds."""
    await database.fetch("select pg_stat_force_next_flush()")
    await database.fetch("select pg_stat_clear_snapshot()")
    return int(await database.value(_WRITES))


async def test_r16_no_more_is_under_way_than_the_leases_feed(database: Database, clock: VirtualClock) -> None:
    fleet = Fleet(database, clock, LIMITS)
    await fleet.start()
    meter = Meter(fleet.leases, worker=WorkerId(uuid4()), limits=LIMITS, now=clock.now)
    work = {REQUESTS: 5.0, TOKENS: 9000.0}
    permits = GovernedWork(meter, work=lambda: work, span=30 * SECOND)
    assert await permits.take(100) == 0, "nothing is leased yet"
    for _ in range(4):
        await meter.renew()
        await fleet.run(RENEWAL)
    await meter.renew()
    taken = await permits.take(1000)
    leased = meter.leased()
    assert 0 < taken <= min(leased[REQUESTS] / 5, leased[TOKENS] / 9000)
    assert await permits.take(1) == 0
    permits.ended(2)
    assert await permits.take(5) == 2
    permits.give_back(1)
    assert permits.in_flight == taken - 1
    clock.advance(LEASE)
    assert await permits.take(5) == 0, "the lease has ended, and the safe rate feeds none"


async def test_r17_fifty_workers_that_are_killed_at_random_keep_every_limit_and_use_it(
    database: Database, clock: VirtualClock
) -> None:
    """Ten minutes. Wants are skewed and move; fifteen workers die and are replaced, and once the leader is."""
    random = Random(17)
    fleet = Fleet(database, clock, LIMITS)
    await fleet.start()

    def join(demand: float) -> None:
        fleet.join(FleetWorker(fleet, demand=demand, call=CALL, classes=CLASSES, phase=random.random() * RENEWAL))

    for number in range(50):
        join(100.0 if number < 10 else 12.0)
    await fleet.run(2 * MINUTE)
    begun = clock.now()
    for second in range(600):
        if second % 40 == 10:
            join(fleet.workers.pop(random.randrange(len(fleet.workers))).demand)
        if second == 200:
            for one in fleet.workers:
                one.demand = 100.0 if one.demand == 12.0 and random.random() < 0.25 else 12.0
        if second == 400:
            fleet.epoch = None
        if second == 415:
            fleet.epoch = 2
            await fleet.leader.run_once()
        await fleet.run(SECOND)
        assert await fleet.leases.overcommit() == 0
    for limit in LIMITS:
        assert fleet.provider.most_in_a_minute(limit.id) <= limit.per_minute
    used = fleet.provider.total(REQUESTS, since=begun, until=clock.now())
    assert used >= 0.9 * 0.9 * 1000 * 10, used


async def test_r18_calls_are_not_written_and_leases_once_in_five_seconds(
    database: Database, clock: VirtualClock
) -> None:
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 60_000.0, 1.0),))
    await fleet.start()
    for _ in range(5):
        fleet.join(FleetWorker(fleet, demand=5000.0, call={REQUESTS: 1.0}))
    await fleet.run(3 * MINUTE)
    before, begun = await writes(database), clock.now()
    await fleet.run(MINUTE)
    written = await writes(database) - before
    assert fleet.provider.total(REQUESTS, since=begun, until=clock.now()) > 20_000
    renewals_and_judgements = 5 * 12 + 5 * 4
    assert 0 < written <= renewals_and_judgements


async def test_r19_without_a_leader_leases_go_on_to_their_end_and_then_only_critical_work_at_the_safe_rate(
    database: Database, clock: VirtualClock
) -> None:
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 6000.0, 1.0),))
    await fleet.start()
    classes: tuple[Priority, Priority] = (3, 1)
    high, critical = (FleetWorker(fleet, demand=3000.0, call={REQUESTS: 1.0}, classes=(one,)) for one in classes)
    fleet.join(high)
    fleet.join(critical)
    await fleet.run(MINUTE)
    fleet.epoch = None
    died = clock.now()
    await fleet.run(LEASE - RENEWAL)
    assert fleet.provider.total(REQUESTS, since=died, until=clock.now()) >= 0.9 * 0.9 * 6000 / 4, "nobody is idle"
    await fleet.run(2 * RENEWAL)
    cut_off = clock.now()
    assert high.meter.leased() == {REQUESTS: safe_rate(6000.0)}
    backlog = high.backlog
    await fleet.run(2 * MINUTE)
    assert high.backlog >= backlog, "only critical work goes at the safe rate"
    assert 0 < fleet.provider.total(REQUESTS, since=cut_off, until=clock.now()) <= 2 * safe_rate(6000.0) + 1
    fleet.epoch = 2
    back = clock.now()
    await fleet.run(3 * RENEWAL)
    assert fleet.provider.total(REQUESTS, since=back, until=clock.now()) >= 0.5 * 0.9 * 6000 / 4
    assert await fleet.leases.overcommit() == 0


async def test_r19_a_worker_that_is_cut_off_and_the_others_together_keep_the_limit(
    database: Database, clock: VirtualClock
) -> None:
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 1000.0, 1.0),))
    await fleet.start()
    for _ in range(4):
        fleet.join(FleetWorker(fleet, demand=600.0, call={REQUESTS: 1.0}, classes=(1,)))
    await fleet.run(MINUTE)
    fleet.workers[0].cut_off = fleet.workers[1].cut_off = True
    for _ in range(180):
        await fleet.run(SECOND)
        assert await fleet.leases.overcommit() == 0
    assert fleet.provider.most_in_a_minute(REQUESTS) <= 1000
    last = fleet.provider.total(REQUESTS, since=clock.now() - MINUTE, until=clock.now())
    assert last >= 0.9 * 0.9 * 1000, "what they held is used by the others"


async def test_r19_a_leader_of_before_is_refused(database: Database, clock: VirtualClock) -> None:
    fleet = Fleet(database, clock, LIMITS)
    await fleet.start()
    fleet.join(FleetWorker(fleet, demand=60.0, call=CALL))
    await fleet.run(MINUTE)
    await Governor(fleet.leases, epoch=lambda: 2).run_once()
    granted = await database.fetch("select * from onealarm.rate_leases order by pool_id")
    with pytest.raises(LeaseLost):
        await Governor(fleet.leases, epoch=lambda: 1).run_once()
    assert await database.fetch("select * from onealarm.rate_leases order by pool_id") == granted


async def test_r19_who_leaves_frees_his_share_at_once(database: Database, clock: VirtualClock) -> None:
    fleet = Fleet(database, clock, (PoolLimit(REQUESTS, 1000.0, 1.0),))
    await fleet.start()
    for _ in range(2):
        fleet.join(FleetWorker(fleet, demand=2000.0, call={REQUESTS: 1.0}))
    await fleet.run(MINUTE)
    leaver = fleet.workers.pop()
    await leaver.meter.leave()
    assert leaver.meter.leased() == {REQUESTS: 0.0}
    await fleet.run(2 * RENEWAL)
    assert fleet.workers[0].meter.leased() == {REQUESTS: pytest.approx(900.0)}


ZONES: Final = {"America/Los_Angeles": (-8, 0.12), "America/New_York": (-5, 0.22), "Europe/Berlin": (1, 0.26),
                "Asia/Kolkata": (5.5, 0.2), "Asia/Shanghai": (8, 0.2)}  # fmt: skip
"""Offset in hours and share of the alarms."""


def alarms_of_a_day(count: int, *, random: Random) -> list[tuple[datetime, str]]:
    """When the work of each alarm of a day of UTC begins, and its zone: mornings about 06:55, a tenth at any time."""
    found = []
    for _ in range(count):
        zone = random.choices(list(ZONES), weights=[share for _, share in ZONES.values()])[0]
        local = random.gauss(6 * 60 + 55, 62) if random.random() < 0.9 else random.uniform(0, 24 * 60)
        minutes = (local - 60 * ZONES[zone][0] - 58) % (24 * 60)
        found.append((MIDNIGHT + minutes * MINUTE, zone))
    return sorted(found)


async def usual_costs() -> Mapping[str, Costs]:
    return {"usd": COSTS}


class Day:
    """Workers that spend, and the treasurer, over one day of UTC."""

    def __init__(
        self, database: Database, clock: VirtualClock, *, budget: float, alarms: list[tuple[datetime, str]]
    ) -> None:
        clock.set(MIDNIGHT)
        self.clock, self.alarms = clock, alarms
        self.budgets = PostgresBudgets(database, amounts={"usd": budget})
        self.wallets = [self.wallet() for _ in range(3)]
        self.events: list[Event] = []
        self.treasurer = Treasurer(
            self.budgets, costs=usual_costs, alarms_left=self.alarms_left, epoch=lambda: 1,
            events=Events([self.events.append]),
        )  # fmt: skip
        self.begun = 0
        self.spent = 0.0
        self.tiers: dict[str, list[PaidTier]] = {zone: [] for zone in ZONES}

    def wallet(self) -> Wallet:
        return Wallet(self.budgets, worker=WorkerId(uuid4()), unit="usd", costs=COSTS)

    async def alarms_left(self) -> float:
        """The 90 % quantile of a count that is known but for chance."""
        left = len(self.alarms) - self.begun
        return left + 1.28 * math.sqrt(left)

    async def minute(self, random: Random) -> None:
        if self.clock.now().minute % 5 == 0:
            await self.treasurer.run_once()
        for wallet in self.wallets:
            await wallet.renew(now=self.clock.now())
        end = self.clock.now() + MINUTE
        while self.begun < len(self.alarms) and self.alarms[self.begun][0] < end:
            at, zone = self.alarms[self.begun]
            self.clock.set(at)
            wallet = random.choice(self.wallets)
            await wallet.refill(now=at)
            tier = wallet.choose(lot=random.random(), now=at)
            self.tiers[zone].append(tier)
            self.spent += {"full": COSTS.full, "short": COSTS.short, "local": 0.0}[tier]
            self.begun += 1
        self.clock.set(end)


async def test_r25_seventy_per_cent_of_the_money_makes_the_same_mix_in_every_zone_and_is_spent(
    database: Database, clock: VirtualClock
) -> None:
    """The budget is 70 % of what full briefings for all would cost (E22); a worker dies every two hours."""
    random = Random(22)
    alarms = alarms_of_a_day(12_000, random=random)
    budget = 0.7 * len(alarms) * COSTS.full
    day = Day(database, clock, budget=budget, alarms=alarms)
    for minute in range(24 * 60):
        await day.minute(random)
        if minute % 120 == 60:
            day.wallets[random.randrange(3)] = day.wallet()
        row = await database.row("select amount, spent + reserved as promised from onealarm.budgets")
        assert row is not None
        assert row["promised"] <= row["amount"]
    assert day.begun == len(alarms)
    assert 0.97 * budget <= day.spent <= budget
    full = [tiers.count("full") / len(tiers) for tiers in day.tiers.values()]
    assert max(full) - min(full) <= 0.05
    assert sum(tiers.count("local") for tiers in day.tiers.values()) <= 0.01 * len(alarms)
    assert [event.share for event in day.events if isinstance(event, BudgetReached)] == [0.5, 0.8]


async def test_r25_when_the_money_is_gone_nobody_is_silent_and_nothing_more_is_spent(
    database: Database, clock: VirtualClock
) -> None:
    """Three times as many alarms as were foreseen, all in one hour."""
    random = Random(25)
    alarms = [(MIDNIGHT + random.uniform(0, 60) * MINUTE, "Europe/Berlin") for _ in range(3000)]
    day = Day(database, clock, budget=1000 * COSTS.short, alarms=sorted(alarms))

    async def foresees_few() -> float:
        return max(1.0, 1000.0 - day.begun)

    day.treasurer = Treasurer(
        day.budgets, costs=usual_costs, alarms_left=foresees_few, epoch=lambda: 1, events=Events([day.events.append])
    )
    for _ in range(90):
        await day.minute(random)
    assert day.begun == 3000, "everybody has a briefing"
    assert 0.97 * 1000 * COSTS.short <= day.spent <= 1000 * COSTS.short
    assert day.tiers["Europe/Berlin"][-500:] == ["local"] * 500
    assert [event.share for event in day.events if isinstance(event, BudgetReached)] == [0.5, 0.8, 1.0]


async def test_r25_a_day_that_will_cost_too_much_is_told_once_before(database: Database, clock: VirtualClock) -> None:
    """The mix moves by a tenth in five minutes, so a forecast that triples is first seen as a bill."""
    day = Day(database, clock, budget=100.0, alarms=[])
    left = 1000.0

    async def alarms_left() -> float:
        return left

    day.treasurer = Treasurer(
        day.budgets, costs=usual_costs, alarms_left=alarms_left, epoch=lambda: 1, events=Events([day.events.append])
    )
    await day.treasurer.run_once()
    assert [type(event) for event in day.events] == [BudgetSeen]
    left = 3000.0
    for _ in range(12):
        clock.advance(5 * MINUTE)
        await day.treasurer.run_once()
    assert [type(event) for event in day.events if not isinstance(event, BudgetSeen)] == [BudgetAtRisk]
    today = await day.budgets.today("usd")
    assert today.mix is not None
    assert today.mix.cost(COSTS) * left <= 100.01, "by then the mix fits the money"


async def test_r25_a_day_is_a_day_of_utc_and_a_chunk_of_yesterday_is_settled_there(
    database: Database, clock: VirtualClock
) -> None:
    clock.set(MIDNIGHT + timedelta(hours=23, minutes=59))
    budgets = PostgresBudgets(database, amounts={"usd": 10.0})
    wallet = Wallet(budgets, worker=WorkerId(uuid4()), unit="usd", costs=COSTS)
    await wallet.renew(now=clock.now())
    assert wallet.choose(lot=0.0, now=clock.now()) == "full"
    clock.advance(MINUTE)
    await wallet.renew(now=clock.now())
    days = await database.fetch("select day, spent::float8, reserved::float8 from onealarm.budgets order by day")
    assert [(row["spent"], row["reserved"]) for row in days] == [
        (COSTS.full, 0.0),
        (0.0, FEWEST * COSTS.full),
    ]
    await wallet.close()
    assert (await budgets.today("usd")).standing.reserved == 0


async def test_r25_the_money_of_a_dead_worker_counts_as_spent(database: Database, clock: VirtualClock) -> None:
    budgets = PostgresBudgets(database, amounts={"usd": 10.0})
    dead = Wallet(budgets, worker=WorkerId(uuid4()), unit="usd", costs=COSTS)
    await dead.renew(now=clock.now())
    clock.advance(GOOD_FOR)
    assert dead.left(clock.now()) == 0, "and what it still does is local"
    assert dead.choose(lot=0.0, now=clock.now()) == "local"
    assert await budgets.expire_chunks() == 1
    standing = (await budgets.today("usd")).standing
    assert (standing.spent, standing.reserved) == (FEWEST * COSTS.full, 0)
    await dead.renew(now=clock.now())
    assert (await budgets.today("usd")).standing.spent == FEWEST * COSTS.full, "it is not counted twice"


async def test_r25_an_answer_that_is_lost_costs_one_chunk_at_most(database: Database, clock: VirtualClock) -> None:
    budgets = PostgresBudgets(database, amounts={"usd": 10.0})
    worker = WorkerId(uuid4())
    wallet = Wallet(budgets, worker=worker, unit="usd", costs=COSTS)
    await wallet.renew(now=clock.now())
    wallet.choose(lot=0.0, now=clock.now())
    row = await database.row("select token from onealarm.spend_chunks")
    assert row is not None
    await budgets.exchange(
        worker, unit="usd", settled=(row["token"], COSTS.full), wants=COSTS.full, good_for=GOOD_FOR
    )  # and its answer never arrives
    clock.advance(MINUTE)
    await wallet.renew(now=clock.now())
    standing = (await budgets.today("usd")).standing
    assert standing.spent == pytest.approx(2 * COSTS.full), "one that was spent, and the chunk that nobody knows of"
    assert standing.reserved == FEWEST * COSTS.full


async def test_without_a_budget_all_is_full_and_nothing_is_written(database: Database, clock: VirtualClock) -> None:
    wallet = Wallet(PostgresBudgets(database, amounts={}), worker=WorkerId(uuid4()), unit="usd", costs=COSTS)
    await wallet.renew(now=clock.now())
    assert {wallet.choose(lot=0.9, now=clock.now()) for _ in range(100)} == {"full"}
    assert await database.fetch("select * from onealarm.budgets") == []
