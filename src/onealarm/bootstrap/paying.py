"""What is paid for: the governor's leases, the calls that go by them, and the money."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Final

from onealarm.clock import Clock
from onealarm.config import Settings
from onealarm.control.budget import Costs
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.maintenance.service import Service
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.governor import PostgresGovernor
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.expected_work import ExpectedWork
from onealarm.worker.governed import GovernedWork
from onealarm.worker.meter import Meter
from onealarm.worker.permits import Permits
from onealarm.worker.provider_calls import ProviderCalls
from onealarm.worker.waiting_line import Line
from onealarm.worker.wallet import Wallet, WalletRenewal

USD: Final = "usd"

FIRST_DAY: Final = Costs(full=0.04, short=0.01)
"""US dollars: a briefing of a cold day, of which nothing was spoken before, and its short form."""

LEAST: Final = 1e-6


@dataclass
class Paying:
    """One worker's side of the governor and of the budget."""

    meter: Meter
    wallet: Wallet | None
    work: ExpectedWork
    permits: Permits | None
    services: Sequence[Service]
    calls: Callable[[str, str], ProviderCalls]
    """For a provider and its model; the same for everybody who asks."""

    now: Callable[[], datetime]

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
    worker: WorkerId,
    time: DatabaseTime,
    clock: Clock,
    events: Events,
    is_paid: bool,
) -> Paying:
    """``is_paid``: whether any provider takes part. Where none does, nothing is asked of the database."""
    limits = settings.pool_limits if is_paid else ()
    work = ExpectedWork()
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
        wallet = Wallet(budgets, worker=worker, unit=USD, costs=await expected_costs(budgets))
    services: list[Service] = [meter] if limits else []
    if wallet is not None:
        services.append(WalletRenewal(wallet, now=time.now))
    permits = GovernedWork(meter, work=work.work) if limits else None
    return Paying(meter, wallet, work, permits, services, calls, time.now)


async def expected_costs(budgets: PostgresBudgets) -> Costs:
    """By what briefings cost over the last day, or by what a first day's may cost."""
    mean = await budgets.mean_cost()
    full = FIRST_DAY.full if mean is None else max(mean, LEAST)
    return Costs(full=full, short=full * FIRST_DAY.short / FIRST_DAY.full)
