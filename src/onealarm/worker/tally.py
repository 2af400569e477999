"""What this process has called, found and spoken in its life, for its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from onealarm.events import CallEnded, CallPaid, Event, SegmentsFound, SegmentSpoken
from onealarm.jobs.report import ModelReport, WorkerReport


class Tally:
    """An observer of events that counts."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], ModelReport] = {}
        self._speaking = timedelta()
        self._briefings = self._segments = self._spoken = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, CallEnded):
            one = self._of(event.provider, event.model)
            self._keep(
                replace(
                    one,
                    sent=one.sent + 1,
                    refused=one.refused + (event.result == "refused"),
                    answered=one.answered + (event.result == "answered"),
                )
            )
        elif isinstance(event, CallPaid):
            one = self._of(event.provider, event.model)
            self._keep(
                replace(
                    one,
                    requests=one.requests + event.requests,
                    tokens=one.tokens + event.tokens,
                    characters=one.characters + event.characters,
                )
            )
        elif isinstance(event, SegmentsFound):
            self._spoken += event.spoken
            if not event.ahead:
                self._briefings += 1
                self._segments += event.reused + event.spoken

        elif isinstance(event, SegmentSpoken):
            self._speaking += event.took

    def told(self, report: Callable[[], WorkerReport]) -> WorkerReport:
        """A worker's report with what its process has called, found and spoken."""
        return replace(
            report(),
            briefings=self._briefings,
            segments=self._segments,
            spoken=self._spoken,
            speaking=self._speaking,
            models=tuple(self._models.values()),
        )

    def _of(self, provider: str, model: str) -> ModelReport:
        return self._models.get((provider, model), ModelReport(provider, model))

    def _keep(self, one: ModelReport) -> None:
        self._models[one.provider, one.model] = one
