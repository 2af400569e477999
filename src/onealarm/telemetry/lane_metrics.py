"""What the lanes of schedules do, as metrics."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from onealarm.events import Event, LaneEnded, LaneFired

MOST_LANES: Final = 30
"""Names of lanes are an operator's; those beyond the first so many are counted together."""

OTHERS: Final = "others"


class LaneMetrics:
    """An observer."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._known: set[str] = set()
        self.fired = Counter("onealarm_lane_firings", "Firings that were carried out here", ["lane"], registry=registry)
        self.late = Gauge(
            "onealarm_lane_late_seconds",
            "How long after its instant the last firing began",
            ["lane"],
            registry=registry,
        )
        self.jobs = Counter(
            "onealarm_lane_jobs",
            "Jobs that firings claimed, by what became of them",
            ["lane", "outcome"],
            registry=registry,
        )
        self.batch = Gauge(
            "onealarm_lane_batch_size", "Jobs that the last firing might take", ["lane"], registry=registry
        )
        self.remaining = Gauge(
            "onealarm_lane_remaining",
            "Jobs due in the lane that waited after the last firing",
            ["lane"],
            registry=registry,
        )

    def __call__(self, event: Event) -> None:
        if isinstance(event, LaneFired):
            lane = self._name(event.lane)
            self.fired.labels(lane).inc()
            self.late.labels(lane).set(event.late.total_seconds())
        elif isinstance(event, LaneEnded):
            lane = self._name(event.lane)
            for outcome, jobs in (("done", event.done), ("failed", event.failed), ("released", event.released)):
                self.jobs.labels(lane, outcome).inc(jobs)
            self.batch.labels(lane).set(event.batch)
            self.remaining.labels(lane).set(event.remaining)

    def _name(self, lane: str) -> str:
        if lane not in self._known and len(self._known) >= MOST_LANES:
            return OTHERS
        self._known.add(lane)
        return lane
