"""What is paid for: the governor's leases, the calls that go by them, and the money."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Final

from onealarm.clock import Clock
from onealarm.config import Settings
from onealarm.control.budget import Costs, expected_costs
from onealarm.control.governor.lanes import lanes_for
from onealarm.control.measures import measures_for
from onealarm.control.orders import Orders
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.maintenance.service import Service
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.ledger import PostgresLedger
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.expected_work import ExpectedWork
from onealarm.worker.governed import GovernedWork
from onealarm.worker.meter import Meter
from onealarm.worker.permits import LocalWork, Permits
from onealarm.worker.provider_calls import ProviderCalls
from onealarm.worker.regulated import RegulatedWork
from onealarm.worker.tally import Tally
from onealarm.worker.waiting_line import Line
from onealarm.worker.wallet import Wallet, WalletRenewal

USD: Final = "usd"


@dataclass
class Paying:
    """One worker's side of the governor and of the budget."""

    meter: Meter
    wallet: Wallet | None
    work: ExpectedWork
    permits: GovernedWork | None
    services: list[Service]
    calls: Callable[[str, str], ProviderCalls]
    """For a provider and its model; the same for everybody who asks."""

    now: Callable[[], datetime]
    events: Events
    tally: Tally
    is_paid: bool

    def obey(self, orders: Orders) -> None:
        """Keep to the lanes of the emergency level, and expect of each alarm what the plan does."""
        self.meter.go_by(lanes_for(measures_for(orders.level)))
        self.work.expect(orders.missing)

    def regulated(self, *, slots: Callable[[], int]) -> Permits | None:
        """Permits of this process for up to so many ``slots``, within what leases feed and providers bear.

        None where no provider takes part.
        """
        if not self.is_paid:
            return None
        permits = RegulatedWork(self.permits or LocalWork(), slots=slots, now=self.now, events=self.events)
        self.events.subscribe(permits)
        self.services.append(permits)
        return permits

    def has_money(self) -> bool:
        """Whether there is something left for what nobody waits for yet."""
        return self.wallet is None or self.wallet.left(self.now()) > self.wallet.cost("full")

    async def close(self) -> None:
        """Give back what is leased and reserved. Where the database is away it runs out by itself."""
        with contextlib.suppress(DatabaseUnavailable):
            if self.meter.pools:
                await self.meter.leave()
            if self.wallet is not None:
                await self.wallet.close()


async def build_paying(
    settings: Settings,
    *,
    rates: PostgresGovernor,
    budgets: PostgresBudgets,
    ledger: PostgresLedger,
    worker: WorkerId,
    time: DatabaseTime,
    clock: Clock,
    events: Events,
    is_paid: bool,
    first_costs: Costs,
) -> Paying:
    """``is_paid``: whether any provider takes part. Where none does, nothing is asked of the database."""
    limits = settings.pool_limits if is_paid else ()
    work, tally = ExpectedWork(), Tally()
    events.subscribe(work)
    events.subscribe(tally)
    meter = Meter(rates, worker=worker, limits=limits, now=time.now, least={one.id: one.call for one in limits})
    known: dict[tuple[str, str], ProviderCalls] = {}

    def calls(provider: str, model: str) -> ProviderCalls:
        if (provider, model) not in known:
            known[provider, model] = ProviderCalls(
                provider,
                model,
                meter=meter,
                line=Line(meter, time=time, clock=clock),
                time=time,
                clock=clock,
                random=SystemRandom(),
                events=events,
            )
        return known[provider, model]

    wallet = None
    if is_paid and USD in settings.daily_budgets:
        wallet = Wallet(
            budgets, worker=worker, unit=USD, costs=expected_costs(await ledger.recent(), first=first_costs)
        )
    services: list[Service] = [meter] if limits else []
    if wallet is not None:
        services.append(WalletRenewal(wallet, now=time.now))
    permits = GovernedWork(meter, work=work.work) if limits else None
    return Paying(meter, wallet, work, permits, services, calls, time.now, events, tally, is_paid)
