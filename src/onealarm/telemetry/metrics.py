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
from onealarm.telemetry.distribution import Distribution

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_OUTCOMES = {"expirer": "expired", "rescuer": "rescued"}
"""What these services make of jobs."""

_SLACK = (-3600, -600, -300, -60, 0, 60, 300, 600, 1200, 1800, 2400, 3000, 3600)


class Metrics:
    """An observer that counts. Labels are bounded: states, tiers, sections, engines and services, never ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.jobs = Counter("onealarm_jobs", "Jobs by what became of them", ["outcome"], registry=registry)
        self.missed = Counter(
            "onealarm_rings_missed", "Rings that passed while OneAlarm was not there", registry=registry
        )
        self.delay = Distribution(
            "onealarm_job_delay_seconds", "From due to claimed", buckets=_SECONDS, registry=registry
        )
        self.duration = Distribution(
            "onealarm_job_duration_seconds", "From claimed to done", buckets=_SECONDS, registry=registry
        )
        self.slack = Distribution(
            "onealarm_job_slack_seconds",
            "Left to the deadline when done; negative is late",
            buckets=_SLACK,
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
        self._of_tier = lru_cache(maxsize=None)(
            self.briefings.labels
        )  # to find a label's counter takes longer than to count
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            JobClaimed: lambda e: self.delay.observe(max(0.0, e.delay.total_seconds())),
            JobDone: self._job_done,
            JobRetried: lambda _: self.jobs.labels("retried").inc(),
            JobBuried: lambda _: self.jobs.labels("buried").inc(),
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
        self.duration.observe(event.took.total_seconds())
        self.slack.observe(event.slack.total_seconds())

    def _service_ran(self, event: ServiceRan) -> None:
        self.services.labels(event.service, "changed").inc()
        if event.service in _OUTCOMES:
            self.jobs.labels(_OUTCOMES[event.service]).inc(event.changed)

    def _sound_lost(self, event: SoundLost) -> None:
        self.lost.labels("segment").inc(event.segments)
        self.lost.labels("briefing").inc(event.briefings)

    def _segments_found(self, event: SegmentsFound) -> None:
        self.segments.labels("reused").inc(event.reused)
        self.segments.labels("spoken").inc(event.spoken)
