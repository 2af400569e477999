"""How good past forecasts were, by lead."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from onealarm.control.forecast.bands import Bands
from onealarm.control.forecast.grid import AT_LEAD, LEADS, Floats
from onealarm.control.forecast.pickup import Expected


@dataclass(frozen=True, slots=True)
class Issued:
    """A forecast beside what came, by bucket; not a number where that is not known.

    ``final``: what came. ``week_before``: what had come a week before. ``open_by_lead``: cancellations and creations
    that there really were after the lead, of the bucket at that lead.
    """

    expected: Expected
    bands: Bands
    final: Floats
    week_before: Floats
    open_by_lead: Floats


@dataclass(frozen=True, slots=True)
class Score:
    """Of one lead. ``wape``: sum of the absolute errors over that of the truth. ``floor``: what it would be by chance
    alone: the mean absolute deviation of Poisson's law with the number of open events, which is near sqrt(2 u / pi).
    ``mase``: the errors over those of saying what came a week before. ``bias``: the errors' sum over the truth's,
    positive where too much was said. ``coverage``: share of the sums within the band of 90 %. ``sup_error``: the
    largest error of a sum up to the lead, mean over the forecasts. None where nothing can be said.
    """

    forecasts: int
    wape: float | None
    floor: float | None
    mase: float | None
    bias: float | None
    coverage: float | None
    sup_error: float | None


def score(past: list[Issued]) -> list[Score]:
    """One for each lead."""
    return [_score(past, lead) for lead in range(len(LEADS))]


def _score(past: list[Issued], lead: int) -> Score:
    at = AT_LEAD[lead]
    rows = [
        (one.expected.total[at], one.final[at], one.week_before[at], one.expected.open[at], one.open_by_lead[lead])
        for one in past
    ]
    said, came, before, open_said, open_came = np.array(rows, np.float64).reshape(-1, 5).T
    known = ~np.isnan(came)
    error, truth = (said - came)[known], came[known]
    floor = deviation(_as_many(open_said[known], open_came[known]))
    naive = (before - came)[known]
    both = ~np.isnan(naive)
    sums = [np.cumsum(one.expected.total - one.final)[: at + 1] for one in past]
    inside = [_is_inside(one, at) for one in past if not np.isnan(one.final[: at + 1]).any()]
    sups = [np.abs(sum_).max() for sum_ in sums if not np.isnan(sum_).any()]
    return Score(
        forecasts=int(known.sum()),
        wape=_over(np.abs(error).sum(), truth.sum()),
        floor=_over(floor.sum(), truth.sum()),
        mase=_over(np.abs(error[both]).sum(), np.abs(naive[both]).sum()),
        bias=_over(error.sum(), truth.sum()),
        coverage=float(np.mean(inside)) if inside else None,
        sup_error=float(np.mean(sups)) if sups else None,
    )


def deviation(mean: Floats) -> Floats:
    """The mean absolute deviation of Poisson's law: 2 m^(k + 1) exp(-m) / k!, where k is the whole part of m."""
    whole = np.floor(mean)
    logs = (whole + 1) * np.log(np.maximum(mean, 1e-300)) - mean - np.array([math.lgamma(k + 1) for k in whole])
    return np.asarray(np.where(mean > 0, 2 * np.exp(logs), 0.0))


def _as_many(said: Floats, came: Floats) -> Floats:
    """What was said to be open, made as much in sum as it was: a forecast that says too much is not excused by it."""
    known = ~np.isnan(came)
    sum_ = said[known].sum()
    return np.asarray(said * (came[known].sum() / sum_)) if sum_ > 0 else said


def _is_inside(one: Issued, at: int) -> bool:
    came = one.final[: at + 1].sum()
    return bool(one.bands.low90[at] <= came <= one.bands.high90[at])


def _over(above: float, below: float) -> float | None:
    return float(above / below) if below > 0 else None
