"""Prometheus metrics: the same events, counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge

from onealarm.events import (
    Event,
    HeadlinesDropped,
    HintsHeard,
    HintsLost,
    JobBuried,
    JobClaimed,
    JobDone,
    JobReleased,
    JobRetried,
    ResultRefused,
    RingsMissed,
    SectionMissing,
    SegmentsFound,
    SegmentSpoken,
    ServiceFailed,
    ServiceRan,
    SoundLost,
)
from onealarm.jobs.deadline import GUARD
from onealarm.telemetry.distribution import Distribution

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_GUARD = GUARD.total_seconds()
_OUTCOMES = {"expirer": "expired", "rescuer": "rescued"}
"""What these services make of jobs."""

_OFFSETS = (-10_800, -3600, -600, -60, -1, 0, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600)
_BEFORE_THE_RING = (-60, 0, 60, 300, 600, 1200, 1800, 2400, 3000, 3480, 4200, 5400, 7200, 14_400)


class Metrics:
    """An observer that counts. Labels are bounded: states, tiers, sections, engines and services, never ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.jobs = Counter("onealarm_jobs", "Jobs by what became of them", ["outcome"], registry=registry)
        self.missed = Counter(
            "onealarm_rings_missed", "Rings that passed while OneAlarm was not there", registry=registry
        )
        self.alarms = Counter(
            "onealarm_alarms", "Occurrences by what there was at the deadline", ["tier", "outcome"], registry=registry
        )
        self.offset = Distribution(
            "onealarm_start_offset_seconds",
            "From due to claimed; early is negative",
            buckets=_OFFSETS,
            registry=registry,
        )
        self.processing = Distribution(
            "onealarm_processing_seconds", "From claimed to done", buckets=_SECONDS, registry=registry
        )
        self.lead = Distribution(
            "onealarm_ready_lead_seconds", "From ready to the ring", buckets=_BEFORE_THE_RING, registry=registry
        )
        self.age = Distribution(
            "onealarm_content_age_seconds",
            "From the beginning of the work to the ring",
            buckets=_BEFORE_THE_RING,
            registry=registry,
        )
        self.briefings = Counter("onealarm_briefings", "Briefings published", ["tier"], registry=registry)
        self.segments = Counter("onealarm_segments", "Segments by where they came from", ["origin"], registry=registry)
        self.speech = Counter("onealarm_speech_seconds", "Sound that was spoken", ["engine"], registry=registry)
        self.missing = Counter("onealarm_sections_missing", "Sections left out", ["section"], registry=registry)
        self.headlines = Counter(
            "onealarm_headlines_dropped", "Headlines not fit to be spoken", ["reason"], registry=registry
        )
        self.lost = Counter(
            "onealarm_sound_lost", "Segments and briefings whose sound was gone", ["kind"], registry=registry
        )
        self.services = Counter(
            "onealarm_service_runs", "Runs of background services", ["service", "result"], registry=registry
        )
        self.due = Gauge("onealarm_queue_due", "Jobs due and not yet claimed", registry=registry)
        self.leased = Gauge("onealarm_queue_leased", "Jobs in work", registry=registry)
        self.oldest = Gauge(
            "onealarm_queue_oldest_due_seconds", "How long the oldest due job has waited", registry=registry
        )
        self.hints = Gauge(
            "onealarm_hints_heard", "1 while the database's hints of new work are heard, 0 when not", registry=registry
        )
        for gauge in (self.due, self.leased, self.oldest):
            gauge.set(math.nan)  # unknown until somebody looks into the database
        self._done = self.jobs.labels("done")
        self._at_deadline = lru_cache(maxsize=None)(self.alarms.labels)
        self._of_tier = lru_cache(maxsize=None)(
            self.briefings.labels
        )  # to find a label's counter takes longer than to count
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            JobClaimed: lambda e: self.offset.observe(e.delay.total_seconds()),
            JobDone: self._job_done,
            JobRetried: lambda _: self.jobs.labels("retried").inc(),
            JobBuried: lambda _: self._buried(),
            JobReleased: lambda _: self.jobs.labels("released").inc(),
            ResultRefused: lambda _: self.jobs.labels("refused").inc(),
            RingsMissed: lambda e: self.missed.inc(e.count),
            SegmentsFound: self._segments_found,
            SegmentSpoken: lambda e: self.speech.labels(e.engine).inc(e.sound.total_seconds()),
            SectionMissing: lambda e: self.missing.labels(e.section).inc(),
            HeadlinesDropped: lambda e: self.headlines.labels(e.reason).inc(e.count),
            ServiceRan: self._service_ran,
            SoundLost: self._sound_lost,
            HintsHeard: lambda _: self.hints.set(1),
            HintsLost: lambda _: self.hints.set(0),
            ServiceFailed: lambda e: self.services.labels(e.service, "failed").inc(),
        }

    def __call__(self, event: Event) -> None:
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _job_done(self, event: JobDone) -> None:
        self._done.inc()
        self._of_tier(event.tier).inc()
        lead = (event.slack + GUARD).total_seconds()
        took = event.took.total_seconds()
        self._at_deadline(event.tier, "on_time" if lead >= _GUARD else "late").inc()
        self.processing.observe(took)
        self.lead.observe(lead)
        self.age.observe(lead + took)

    def _buried(self) -> None:
        self.jobs.labels("buried").inc()
        self._at_deadline("stock", "stock").inc()

    def _service_ran(self, event: ServiceRan) -> None:
        self.services.labels(event.service, "changed").inc()
        if event.service in _OUTCOMES:
            self.jobs.labels(_OUTCOMES[event.service]).inc(event.changed)
        if event.service == "expirer":
            self._at_deadline("stock", "stock").inc(event.changed)

    def _sound_lost(self, event: SoundLost) -> None:
        self.lost.labels("segment").inc(event.segments)
        self.lost.labels("briefing").inc(event.briefings)

    def _segments_found(self, event: SegmentsFound) -> None:
        self.segments.labels("reused").inc(event.reused)
        self.segments.labels("spoken").inc(event.spoken)
