"""What came, as it is written down, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from onealarm.control.forecast.bands import Bands, calibrate, in_units_of_chance
from onealarm.control.forecast.forecast import Learned
from onealarm.control.forecast.grid import AT_LEAD, BUCKETS, LEADS, QUARTERS, Floats, Integers, bucket_of
from onealarm.control.forecast.pickup import Expected, History, fit
from onealarm.control.forecast.scores import Issued

Counts = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Actual:
    """A bucket of a zone group that is over; by lead, None where nobody looked."""

    bucket: datetime
    group: str
    quarter: int
    known: Counts
    late: Counts
    cancelled: Counts
    final: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a forecast said of all zones together."""

    made_at: datetime
    expected: Expected
    bands: Bands


def learn(actuals: Sequence[Actual], said: Sequence[Said], *, at: datetime, pause: timedelta) -> Learned:
    """Rates from buckets that were over at ``at``, bands from forecasts that were made ``pause`` after each other."""
    by_group: defaultdict[str, list[Actual]] = defaultdict(list)
    for actual in actuals:
        by_group[actual.group].append(actual)
    errors = [in_units_of_chance(one.expected, one.final) for one in compare(said, actuals)]
    return Learned(
        at=at,
        since=min((actual.bucket for actual in actuals), default=None),
        rates={group: fit(_history(of, at)) for group, of in by_group.items()},
        quantiles=calibrate(np.array(errors).reshape(-1, len(LEADS)), pause=pause),
    )


def compare(said: Sequence[Said], actuals: Sequence[Actual]) -> list[Issued]:
    """Each forecast beside what came."""
    truth = _Truth(actuals)
    return [_issued(one, truth) for one in said]


class _Truth:
    """By bucket, all groups together: what came, and what was open at each lead; not a number where nobody looked."""

    def __init__(self, actuals: Sequence[Actual]) -> None:
        buckets = np.array([bucket_of(actual.bucket) for actual in actuals], np.int64)
        self._first = int(buckets.min()) if buckets.size else 0
        at = buckets - self._first
        opened = _floats([actual.late for actual in actuals]) + _floats([actual.cancelled for actual in actuals])
        final = np.array([actual.final for actual in actuals], np.float64)
        seen = np.bincount(at) > 0
        self._final = np.where(seen, np.bincount(at, final), np.nan)
        self._open = np.array([np.where(seen, np.bincount(at, opened[:, lead]), np.nan) for lead in range(len(LEADS))])

    def final(self, buckets: Integers) -> Floats:
        return self._looked_up(self._final, buckets)

    def open(self, lead: int, bucket: int) -> float:
        return float(self._looked_up(self._open[lead], np.array([bucket]))[0])

    def _looked_up(self, values: Floats, buckets: Integers) -> Floats:
        at = buckets - self._first
        within = (at >= 0) & (at < values.size)
        found = np.full(at.size, np.nan)
        found[within] = values[at[within]]
        return found


def _issued(said: Said, truth: _Truth) -> Issued:
    first = bucket_of(said.made_at) + 1
    buckets = first + np.arange(BUCKETS)
    return Issued(
        expected=said.expected,
        bands=said.bands,
        final=truth.final(buckets),
        week_before=truth.final(buckets - QUARTERS),
        open_by_lead=np.array([truth.open(lead, first + at) for lead, at in enumerate(AT_LEAD)]),
    )


def _history(actuals: Sequence[Actual], at: datetime) -> History:
    return History(
        ages=np.array([(at - actual.bucket) / timedelta(days=1) for actual in actuals]),
        quarters=np.array([actual.quarter for actual in actuals], np.int64),
        final=np.array([actual.final for actual in actuals], np.float64),
        known=_floats([actual.known for actual in actuals]),
        late=_floats([actual.late for actual in actuals]),
        cancelled=_floats([actual.cancelled for actual in actuals]),
    )


def _floats(counts: Sequence[Counts]) -> Floats:
    """By row and lead."""
    return np.array(counts, np.float64).reshape(-1, len(LEADS))
