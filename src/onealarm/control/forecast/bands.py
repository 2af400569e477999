"""How far the truth has been from the forecast, and so how far it may be: split conformal prediction.

What a plan needs is the demand up to an instant, so the errors are those of sums. Each is measured in units of what it
would be by chance alone, the root of the number of events that were still open; so one quantile for each lead fits
nights and mornings, one zone and the world. The quantiles are those of errors of forecasts that were made before the
truth was known, with the correction for their number. Source: Vovk, Gammerman, Shafer, Algorithmic Learning in a
Random World, 2005; Lei et al., Distribution-Free Predictive Inference for Regression, 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist
from typing import Final

import numpy as np

from onealarm.control.forecast.grid import AT_LEAD, BUCKETS, LEADS, Floats
from onealarm.control.forecast.pickup import Expected

LEVELS: Final = (0.005, 0.05, 0.9, 0.95, 0.995)
"""The bounds of the bands of 99 and 90 %, and in their middle the upper quantile that is planned with."""

FEWEST: Final = 60
"""Errors without which chance alone is assumed."""

_OVERLAP: Final = 1.5
"""What is told of a spread by sums that overlap, over what those that lie side by side tell (as known of the variance
of returns over several periods: Richardson and Smith, Review of Financial Studies, 1991)."""

_BY_CHANCE: Final = np.array([NormalDist().inv_cdf(level) for level in LEVELS])


@dataclass(frozen=True, slots=True)
class Bands:
    """Of the alarms from now up to the end of each bucket: bounds of 90 and 99 %, and the 90 % quantile."""

    low99: Floats
    low90: Floats
    upper: Floats
    high90: Floats
    high99: Floats


def by_chance() -> Floats:
    """Quantiles by lead and level for those who have seen no errors."""
    return np.tile(_BY_CHANCE, (len(LEADS), 1))


def calibrate(errors: Floats, *, pause: timedelta) -> Floats:
    """Quantiles by lead and level, from errors (one row for each forecast, by lead) in units of chance.

    Not a number where the truth is not known. ``pause``: between two of the forecasts. Sums that overlap err together,
    so they count as one and a half times as many as would lie side by side.
    """
    found = by_chance()
    for lead, ahead in enumerate(LEADS):
        known = np.sort(errors[~np.isnan(errors[:, lead]), lead])
        if known.size >= FEWEST:
            apart = known.size * min(1.0, _OVERLAP * (pause / ahead))
            found[lead] = [_quantile(known, level, apart=apart) for level in LEVELS]
    return found


def in_units_of_chance(expected: Expected, final: Floats) -> Floats:
    """By lead, the error of the sum up to there of one forecast; not a number where a bucket's truth is not known."""
    error = np.cumsum(final - expected.total) / chance(expected)
    return np.asarray(error[list(AT_LEAD)])


def chance(expected: Expected) -> Floats:
    """By how much the sum up to each bucket may differ by chance alone; one alarm at least is open."""
    return np.asarray(np.sqrt(1.0 + np.cumsum(expected.open)))


def bands_of(expected: Expected, quantiles: Floats) -> Bands:
    """Sums are never below 0, and a later one is never below an earlier one."""
    at = np.array(AT_LEAD)
    total, unit = np.cumsum(expected.total), chance(expected)
    bounds = (total + unit * np.interp(np.arange(BUCKETS), at, quantiles[:, level]) for level in range(len(LEVELS)))
    return Bands(*(np.maximum.accumulate(np.maximum(bound, 0.0)) for bound in bounds))


def _quantile(ordered: Floats, level: float, *, apart: float) -> float:
    """The quantile that one more error is beyond with the level's chance: with n apart from each other, that of
    (n + 1) / n times the level, rounded away from the middle."""
    n = ordered.size
    share = min(1.0, max(level, 1 - level) * (apart + 1) / apart)
    beyond = n - math.ceil(share * n)
    return float(ordered[n - 1 - beyond] if level >= 0.5 else ordered[beyond])
