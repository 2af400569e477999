"""What the fleet gets done and what its providers answer, from what its workers tell of their lives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from onealarm.control.missing import Habit
from onealarm.control.smoothing import FadingMean
from onealarm.control.snapshot import Snapshot
from onealarm.jobs.report import ModelReport, WorkerReport

WINDOW: Final = timedelta(minutes=5)

FEWEST: Final = 20
"""Calls in the window before anything is concluded from a share of them."""

Model = tuple[str, str]
"""A provider and its model."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done up to an instant, since the step before; ``calls`` by model."""

    at: datetime
    done: int
    calls: Mapping[Model, ModelReport] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FleetRates:
    """The last five minutes. A worker that is seen for the first time says nothing of when it did what it tells.

    ``silent_since``: models of which no call has succeeded for some time, while some were sent. ``habit``: what
    briefings are made of, over the last hours.
    """

    reports: Mapping[UUID, WorkerReport] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    mean: FadingMean = field(default=FadingMean(WINDOW))
    silent_since: Mapping[Model, datetime] = field(default_factory=dict)
    habit: Habit = field(default_factory=Habit)

    def seen(self, snapshot: Snapshot) -> FleetRates:
        pairs = [(self.reports.get(worker, report), report) for worker, report in snapshot.workers]
        done = sum(max(now.done - before.done, 0) for before, now in pairs)
        worked = sum((max(now.worked - before.worked, timedelta()) for before, now in pairs), timedelta())
        step = Step(snapshot.now, done, _calls(pairs))
        steps = (*self.steps, step)
        while len(steps) > 2 and steps[1].at <= snapshot.now - WINDOW:
            steps = steps[1:]
        mean = self.mean.seen(worked.total_seconds() / done, snapshot.now) if done else self.mean
        habit = self.habit.seen(
            briefings=sum(max(now.briefings - before.briefings, 0) for before, now in pairs),
            segments=sum(max(now.segments - before.segments, 0) for before, now in pairs),
            spoken=sum(max(now.spoken - before.spoken, 0) for before, now in pairs),
            worked=worked,
            speaking=sum((max(now.speaking - before.speaking, timedelta()) for before, now in pairs), timedelta()),
            calls=step.calls.values(),
            now=snapshot.now,
        )
        return FleetRates(dict(snapshot.workers), steps, mean, self._silent(step, steps), habit)

    def _silent(self, step: Step, steps: tuple[Step, ...]) -> Mapping[Model, datetime]:
        """A model that nobody has called for all of the window is not known to be down."""
        called = {model for one in steps for model, calls in one.calls.items() if calls.sent}
        silent = {model: since for model, since in self.silent_since.items() if model in called}
        began = self.steps[-1].at if self.steps else step.at
        for model, calls in step.calls.items():
            if calls.answered:
                silent.pop(model, None)
            elif calls.sent:
                silent.setdefault(model, began)
        return silent

    @property
    def done_per_second(self) -> float | None:
        """Over the window; None before there are two looks."""
        if len(self.steps) < 2:
            return None
        passed = (self.steps[-1].at - self.steps[0].at).total_seconds()
        return sum(step.done for _, step in pairwise(self.steps)) / passed if passed > 0 else None

    @property
    def processing(self) -> timedelta | None:
        """The mean from claim to ready, fading by half in five minutes; None before the first."""
        return None if self.mean.value is None else timedelta(seconds=self.mean.value)

    def done_within(self, span: timedelta) -> int:
        """Jobs done in the last ``span``, at most the window."""
        return sum(step.done for step in self.steps if step.at > self.steps[-1].at - span)

    @property
    def throttled(self) -> float:
        """The share of the window's calls that was refused (429), of the model that refuses most; of few calls none."""
        sums = [_sum(step.calls[model] for step in self.steps if model in step.calls) for model in self._models()]
        return max((one.refused / one.sent for one in sums if one.sent >= FEWEST), default=0.0)

    def provider_down(self, now: datetime) -> timedelta:
        """For how long no call of a model has succeeded, of the one that has been silent for longest."""
        return max((now - since for since in self.silent_since.values()), default=timedelta())

    def _models(self) -> set[Model]:
        return {model for step in self.steps for model in step.calls}


def _calls(pairs: Iterable[tuple[WorkerReport, WorkerReport]]) -> Mapping[Model, ModelReport]:
    """What the fleet has called since the last look."""
    found: defaultdict[Model, list[ModelReport]] = defaultdict(list)
    for before, now in pairs:
        known = {(one.provider, one.model): one for one in before.models}
        for one in now.models:
            model = one.provider, one.model
            found[model].append(_less(one, known.get(model, ModelReport(*model))))
    return {model: _sum(calls) for model, calls in found.items()}


def _less(one: ModelReport, before: ModelReport) -> ModelReport:
    return replace(one, **{name: max(getattr(one, name) - getattr(before, name), 0) for name in _COUNTS})


def _sum(reports: Iterable[ModelReport]) -> ModelReport:
    first, *others = reports
    return replace(first, **{name: sum(getattr(one, name) for one in (first, *others)) for name in _COUNTS})


_COUNTS: Final = ("sent", "refused", "answered", "requests", "tokens", "characters")
