"""What the leader sees and orders, as metrics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge

from onealarm.events import (
    BreakerTurned,
    BudgetSeen,
    CallPaid,
    CallsSeen,
    ConcurrencySeen,
    ControlDecided,
    CostsSeen,
    Event,
    ForecastScored,
    LeasesSeen,
    LevelChanged,
    OrdersHeard,
    PoolSeen,
)

_CLASSES = ("critical", "high", "normal")


class ControlMetrics:
    """An observer. What only a leader knows is not a number anywhere else."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, help_: str) -> Gauge:
            found = Gauge(f"onealarm_{name}", help_, registry=registry)
            found.set(math.nan)
            return found

        self.due = Gauge("onealarm_due", "Jobs released and not begun, by class", ["class"], registry=registry)
        self.in_work = gauge("in_flight", "Jobs in work in the fleet")
        self.slack = gauge("oldest_slack_seconds", "Time to the latest start of the most urgent job not begun")
        self.drain = gauge("drain_seconds", "How long the due jobs take at the present throughput")
        self.carry = gauge("required_carry", "Jobs that have to begin before their time now")
        self.advance = gauge("advance_seconds", "By how much work begins before its time")
        self.missed = gauge("predicted_misses", "Jobs that will be late by the plan")
        self.shortfall = gauge("capacity_shortfall_ratio", "Capacity needed in the coming day over what there is")
        self.batch = gauge("batch_size", "Jobs per claim")
        self.tick = gauge("tick_seconds", "Longest time between two looks at the queue")
        self.level = gauge("emergency_level", "0 (normal) to 6 (nobody works)")
        self.slots = gauge("desired_slots", "Jobs that the fleet should be able to work side by side")
        self.changes = Counter("onealarm_level_changes", "Changes of the emergency level", ["cause"], registry=registry)
        self.wape = Gauge(
            "onealarm_forecast_wape_ratio",
            "Sum of the absolute errors of four weeks of forecasts over the truth",
            ["lead"],
            registry=registry,
        )
        self.sup_error = Gauge(
            "onealarm_forecast_sup_error",
            "Largest error of the demand up to the lead, in alarms",
            ["lead"],
            registry=registry,
        )
        self.overcommit = gauge("lease_overcommit", "Units per minute that are leased and may not be: always 0")
        self.use = Gauge(
            "onealarm_pool_utilization_ratio",
            "What goes out over what the provider allows",
            ["provider", "model", "unit"],
            registry=registry,
        )
        self.calls = Gauge(
            "onealarm_provider_recent_calls",
            "Calls since the beginning of the hour before this one",
            ["provider", "model", "result"],
            registry=registry,
        )
        self.breakers = Gauge(
            "onealarm_breaker_open",
            "1 while this process leaves a model alone",
            ["provider", "model"],
            registry=registry,
        )
        self.concurrency = Gauge(
            "onealarm_concurrency_limit",
            "Jobs of this process side by side that a model bears, by its answers",
            ["provider", "model"],
            registry=registry,
        )
        self.spend = Counter(
            "onealarm_spend_usd", "US dollars paid by this process", ["provider", "model"], registry=registry
        )
        self.spent = Gauge("onealarm_budget_spent_ratio", "Share of the day's budget", ["unit"], registry=registry)
        self.projected = Gauge(
            "onealarm_budget_projected_ratio",
            "Share of the day's budget that will be spent by its end",
            ["unit"],
            registry=registry,
        )
        self.efficiency = gauge("efficiency_ratio", "Of the last day's payments, those in briefings ready in time")
        self.stored = gauge("stored_bytes", "Bytes of all segments")
        self.stored_per_alarm = gauge("stored_bytes_per_alarm", "Bytes of all segments for each active alarm")
        self._of_money: dict[type[Event], Callable[[Any], None]] = {
            LeasesSeen: self._leases,
            BreakerTurned: lambda e: self.breakers.labels(e.provider, e.model).set(e.is_open),
            ConcurrencySeen: lambda e: self.concurrency.labels(e.provider, e.model).set(e.limit),
            CallPaid: lambda e: self.spend.labels(e.provider, e.model).inc(e.usd),
            PoolSeen: lambda e: self.use.labels(e.provider, e.model, e.unit).set(e.use),
            CallsSeen: self._calls,
            BudgetSeen: self._budget,
            CostsSeen: self._costs,
        }
        self.age = gauge("control_epoch_age_seconds", "Age of the leader's orders when they were read last")

    def __call__(self, event: Event) -> None:
        if isinstance(event, ControlDecided):
            self._decided(event)
        elif isinstance(event, ForecastScored):
            self.wape.labels(event.lead).set(event.wape)
            self.sup_error.labels(event.lead).set(event.sup_error)
        elif isinstance(event, OrdersHeard):
            self.age.set(event.age.total_seconds())
        elif isinstance(event, LevelChanged):
            self.changes.labels(event.cause).inc()
        elif handler := self._of_money.get(type(event)):
            handler(event)

    def _leases(self, event: LeasesSeen) -> None:
        """The first of a look: a model that is called no more has no figures."""
        self.overcommit.set(event.overcommit)
        self.use.clear()
        self.calls.clear()

    def _calls(self, event: CallsSeen) -> None:
        answered = event.calls - event.refused - event.failed
        for result, calls in (("answered", answered), ("refused", event.refused), ("failed", event.failed)):
            self.calls.labels(event.provider, event.model, result).set(calls)

    def _budget(self, event: BudgetSeen) -> None:
        self.spent.labels(event.unit).set(event.spent)
        self.projected.labels(event.unit).set(event.projected)

    def _costs(self, event: CostsSeen) -> None:
        self.efficiency.set(math.nan if event.efficiency is None else event.efficiency)
        self.stored.set(event.stored)
        self.stored_per_alarm.set(math.nan if event.stored_per_alarm is None else event.stored_per_alarm)

    def _decided(self, event: ControlDecided) -> None:
        for name, due in zip(_CLASSES, event.due, strict=True):
            self.due.labels(name).set(due)
        self.in_work.set(event.in_work)
        self.slack.set(math.nan if event.oldest_slack is None else event.oldest_slack.total_seconds())
        self.drain.set(event.drain.total_seconds())
        self.carry.set(event.carry)
        self.advance.set(event.advance.total_seconds())
        self.missed.set(event.missed)
        self.shortfall.set(math.inf if event.shortfall is None else event.shortfall)
        self.batch.set(event.batch)
        self.tick.set(event.tick.total_seconds())
        self.level.set(event.level)
        self.slots.set(event.desired_slots)
