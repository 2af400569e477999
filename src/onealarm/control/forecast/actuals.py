"""What came, as it is written down, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from onealarm.control.forecast.bands import Bands, calibrate, in_units_of_chance
from onealarm.control.forecast.forecast import Learned
from onealarm.control.forecast.grid import AT_LEAD, BUCKETS, LEADS, QUARTERS, Floats, bucket_of
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
    final, opened = _totals(actuals)
    return [_issued(one, final, opened) for one in said]


def _issued(said: Said, final: Mapping[int, int], opened: Mapping[int, Floats]) -> Issued:
    first, nobody = bucket_of(said.made_at) + 1, np.full(len(LEADS), np.nan)
    return Issued(
        expected=said.expected,
        bands=said.bands,
        final=np.array([final.get(first + n, np.nan) for n in range(BUCKETS)]),
        week_before=np.array([final.get(first + n - QUARTERS, np.nan) for n in range(BUCKETS)]),
        open_by_lead=np.array([opened.get(first + at, nobody)[lead] for lead, at in enumerate(AT_LEAD)]),
    )


def _totals(actuals: Sequence[Actual]) -> tuple[Mapping[int, int], Mapping[int, Floats]]:
    """By bucket, all zone groups together: what came, and what was open at each lead."""
    final: defaultdict[int, int] = defaultdict(int)
    opened: defaultdict[int, Floats] = defaultdict(lambda: np.zeros(len(LEADS)))
    for actual in actuals:
        bucket = bucket_of(actual.bucket)
        final[bucket] += actual.final
        opened[bucket] = opened[bucket] + _floats(actual.late) + _floats(actual.cancelled)
    return final, opened


def _history(actuals: Sequence[Actual], at: datetime) -> History:
    return History(
        ages=np.array([(at - actual.bucket) / timedelta(days=1) for actual in actuals]),
        quarters=np.array([actual.quarter for actual in actuals], np.int64),
        final=np.array([actual.final for actual in actuals], np.float64),
        known=np.array([_floats(actual.known) for actual in actuals]),
        late=np.array([_floats(actual.late) for actual in actuals]),
        cancelled=np.array([_floats(actual.cancelled) for actual in actuals]),
    )


def _floats(counts: Counts) -> Floats:
    return np.array(counts, np.float64)
