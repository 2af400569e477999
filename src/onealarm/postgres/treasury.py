"""The leader's services that look after money and quotas, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from onealarm.control.budget import FIRST_DAY, Costs, expected_costs, seconds_left
from onealarm.control.forecast.demand import between, is_trusted
from onealarm.events import Events
from onealarm.jobs.deadline import LEAD
from onealarm.maintenance.accountant import Accountant
from onealarm.maintenance.budgets import Treasurer
from onealarm.maintenance.service import Service
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.ledger import PostgresLedger

USD: Final = "usd"

_LOOKED_FOR: Final = timedelta(hours=1)


def treasury(
    database: Database,
    *,
    amounts: Mapping[str, float],
    epoch: Callable[[], int | None],
    events: Events,
    first_costs: Costs = FIRST_DAY,
) -> tuple[Service, ...]:
    """``amounts`` are the budgets and quotas of a day by unit; ``epoch`` tells that of the leadership, or None.

    ``first_costs`` are expected before any briefing was made.
    """
    budgets, ledger = PostgresBudgets(database, amounts=amounts), PostgresLedger(database)
    accountant = Accountant(
        ledger=ledger,
        leased=PostgresGovernor(database),
        quotas=budgets,
        units=amounts.keys() - {USD},
        epoch=epoch,
        events=events,
    )
    if USD not in amounts:
        return (accountant,)
    outlook = Outlook(PostgresForecast(database), ledger, first_costs=first_costs)
    treasurer = Treasurer(budgets, costs=outlook.costs, alarms_left=outlook.alarms_left, epoch=epoch, events=events)
    return treasurer, accountant


class Purse:
    """Implements ``onealarm.maintenance.controller.Purse`` for the day's budget in US dollars."""

    def __init__(self, budgets: PostgresBudgets) -> None:
        self._budgets = budgets

    async def pays_for_short(self) -> bool:
        mix = (await self._budgets.today(USD)).mix
        return mix is None or mix.pays_for_short


class Outlook:
    """What the day will still want, and what that costs."""

    def __init__(self, forecast: PostgresForecast, ledger: PostgresLedger, *, first_costs: Costs) -> None:
        self._forecast = forecast
        self._first_costs = first_costs
        self._ledger = ledger
        self._costs: Mapping[str, Costs] = {}
        self._looked_at: datetime | None = None

    async def alarms_left(self) -> float:
        """Alarms whose work begins before this day of UTC is over: those likely at most, or those that are known."""
        now = await self._forecast.now()
        since, until = now + LEAD, now + seconds_left(now) + LEAD
        newest = await self._forecast.newest()
        if newest is not None and is_trusted(made_at=newest.made_at, since=newest.since, now=now):
            return between(newest, since=since, until=until)
        return float(sum((await self._forecast.rings(since=since, until=until)).values()))

    async def costs(self) -> Mapping[str, Costs]:
        """By what the last day's briefings cost; looked for once an hour, since it reads a day of them."""
        now = await self._forecast.now()
        if self._looked_at is None or now >= self._looked_at + _LOOKED_FOR:
            recent = await self._ledger.recent()
            self._costs, self._looked_at = {USD: expected_costs(recent, first=self._first_costs)}, now
        return self._costs
