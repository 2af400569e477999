"""What the leader sees and orders, as metrics."""

from __future__ import annotations

import math

from prometheus_client import CollectorRegistry, Counter, Gauge

from onealarm.events import ControlDecided, Event, ForecastScored, LevelChanged, OrdersHeard

_CLASSES = ("critical", "high", "normal")


class ControlMetrics:
    """An observer. What only a leader knows is not a number anywhere else."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, help_: str) -> Gauge:
            found = Gauge(f"onealarm_{name}", help_, registry=registry)
            found.set(math.nan)
            return found

        self.due = Gauge("onealarm_due", "Jobs released and not begun, by class", ["class"], registry=registry)
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

    def _decided(self, event: ControlDecided) -> None:
        for name, due in zip(_CLASSES, event.due, strict=True):
            self.due.labels(name).set(due)
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
