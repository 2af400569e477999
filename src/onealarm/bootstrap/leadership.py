"""Who leads: the leader's row, and the services that only a leader's process does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onealarm.bootstrap.paying import USD
from onealarm.config import Settings
from onealarm.control.budget import Costs
from onealarm.control.desk import Limits
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.forecaster import Forecaster
from onealarm.maintenance.governor import Governor
from onealarm.maintenance.leading import Leading
from onealarm.maintenance.service import Service
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.treasury import Purse, treasury


@dataclass(frozen=True, slots=True)
class Leadership:
    """``services`` run in every process that may lead; all but the first do nothing while another leads."""

    leading: Leading
    forecast: PostgresForecast
    services: Sequence[Service]


def build_leadership(
    settings: Settings,
    database: Database,
    *,
    control: PostgresControl,
    rates: PostgresGovernor,
    budgets: PostgresBudgets,
    holder: WorkerId,
    first_costs: Costs,
    events: Events,
) -> Leadership:
    leading, forecast = Leading(PostgresLeadership(database), holder=holder), PostgresForecast(database)
    return Leadership(
        leading,
        forecast,
        (
            leading,
            Controller(
                control,
                leading=leading,
                limits=Limits(most_slots=settings.most_slots),
                events=events,
                foresight=forecast,
                purse=Purse(budgets) if USD in settings.daily_budgets else None,
            ),
            Forecaster(forecast, leading=leading, events=events),
            Governor(rates, epoch=lambda: leading.epoch),
            *treasury(
                database,
                amounts=settings.daily_budgets,
                epoch=lambda: leading.epoch,
                events=events,
                first_costs=first_costs,
            ),
        ),
    )
