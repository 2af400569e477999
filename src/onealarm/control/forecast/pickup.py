"""The pickup model of reservations: on hand, less cancellations, plus what is still to be booked.

``final(v) = known(v, h) * (1 - lost(h)) + late(h)`` for a bucket v that is seen h hours ahead. What is lost and what
comes late is learned by lead and local time of the week, as means that fade (half-life of two weeks). Where a time of
the week has seen too little, its mean is drawn to what is usual at that lead: to the usual share of the known that is
lost, and of the final that comes late. What comes late also follows what is known: where half of the usual is known
around a bucket, half of the usual is still to come, so that growth, holidays and slow days need no history of their
own. Source: the pickup of airlines and hotels (Talluri and van Ryzin, The Theory and Practice of Revenue Management,
9.3), additive for cancellations and multiplicative for what comes late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from onealarm.control.forecast.grid import LEADS, QUARTERS, Floats, Integers

HALF_LIFE: Final = 14.0
"""Days."""

ENOUGH: Final = 50
"""Events that are to be expected in a time of the week; with fewer it is drawn to what is usual."""

AROUND: Final = 24
"""Buckets on each side of one that tell how much is going on: six hours."""

_HIGHEST: Final = 4.0

_HOURS: Final = np.array([0.0, *(lead.total_seconds() / 3600 for lead in LEADS)])


@dataclass(frozen=True, slots=True)
class History:
    """The buckets of one zone group that are over; n of them.

    ``ages`` (n): days since they began. ``quarters`` (n): their local time of the week. ``final`` (n): what they
    were. ``known``, ``late``, ``cancelled`` (n by lead): what was known, what was created later and stayed, what was
    known and did not stay; not a number where nobody looked.
    """

    ages: Floats
    quarters: Integers
    final: Floats
    known: Floats
    late: Floats
    cancelled: Floats


@dataclass(frozen=True, slots=True)
class Rates:
    """What is learned: the share that is lost by lead and hour of the week; by lead and quarter of the week what comes
    late, and what is usually known.

    The leads are 0, where nothing is open any more, and those of the grid.
    """

    lost: Floats
    late: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class Expected:
    """Alarms by bucket: those that are known, how many of them stay, and how many are still to be created."""

    known: Floats
    stay: Floats
    late: Floats

    @property
    def total(self) -> Floats:
        return self.stay + self.late

    @property
    def open(self) -> Floats:
        """Events that are still to happen: cancellations and creations."""
        return self.known - self.stay + self.late

    def __add__(self, other: Expected) -> Expected:
        return Expected(self.known + other.known, self.stay + other.stay, self.late + other.late)


def nothing_learned() -> Rates:
    """What is known is what comes."""
    hours, quarters = (_HOURS.size, QUARTERS // 4), (_HOURS.size, QUARTERS)
    return Rates(lost=np.zeros(hours), late=np.zeros(quarters), known=np.zeros(quarters))


def fit(history: History) -> Rates:
    """Learn from buckets that are over. Without any, nothing."""
    rates = nothing_learned()
    fading = 0.5 ** (history.ages / HALF_LIFE)
    for lead in range(len(LEADS)):
        seen = ~np.isnan(history.known[:, lead])
        if seen.any():
            weights, quarters = fading[seen], history.quarters[seen]
            known, cancelled, late = (column[seen, lead] for column in (history.known, history.cancelled, history.late))
            rates.lost[lead + 1] = _lost(weights, quarters // 4, known, cancelled)
            rates.late[lead + 1] = _late(weights, quarters, late, history.final[seen])
            rates.known[lead + 1] = _mean(weights, quarters, known)
    rates.known[0] = _mean(fading, history.quarters, history.final)
    return rates


def expect(known: Floats, *, quarters: Integers, hours: Floats, rates: Rates) -> Expected:
    """What becomes of buckets: ``known`` alarms each, at these local times of the week, so many ``hours`` ahead."""
    lost = _between(rates.lost[:, quarters // 4], hours)
    level = _level(known, _between(rates.known[:, quarters], hours))
    return Expected(known, known * (1 - lost), level * _between(rates.late[:, quarters], hours))


def _level(known: Floats, usual: Floats) -> Floats:
    """How much is known around each bucket over what usually is; where little is, 1."""
    window = np.ones(2 * AROUND + 1)
    level = (np.convolve(known, window, "same") + ENOUGH) / (np.convolve(usual, window, "same") + ENOUGH)
    return np.asarray(np.minimum(level, _HIGHEST))


def _lost(weights: Floats, hours: Integers, known: Floats, cancelled: Floats) -> Floats:
    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(hours, values, QUARTERS // 4), np.float64)

    usual = _ratio(np.sum(weights * cancelled), np.sum(weights * known))
    trust = np.minimum(1.0, usual * summed(known) / ENOUGH)
    own = _ratio(summed(weights * cancelled), summed(weights * known))
    return np.clip(trust * own + (1 - trust) * usual, 0.0, 1.0)


def _late(weights: Floats, quarters: Integers, late: Floats, final: Floats) -> Floats:
    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(quarters, values, QUARTERS), np.float64)

    usual = _ratio(np.sum(weights * late), np.sum(weights * final))
    trust = np.minimum(1.0, usual * summed(final) / ENOUGH)
    own, size = _mean(weights, quarters, late), _mean(weights, quarters, final)
    return np.asarray(trust * own + (1 - trust) * usual * size)


def _mean(weights: Floats, quarters: Integers, values: Floats) -> Floats:
    """By quarter of the week; 0 for one that was never seen."""
    sums, sizes = (np.bincount(quarters, of, QUARTERS) for of in (weights * values, weights))
    return _ratio(np.asarray(sums, np.float64), np.asarray(sizes, np.float64))


def _ratio(above: Floats | np.float64, below: Floats | np.float64) -> Floats:
    """0 where there is nothing to divide by."""
    top, bottom = np.asarray(above, np.float64), np.asarray(below, np.float64)
    return np.asarray(np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0))


def _between(by_lead: Floats, hours: Floats) -> Floats:
    """Between two leads of the grid as much as lies between them; beyond the last one as at it."""
    upper = np.clip(np.searchsorted(_HOURS, hours, side="left"), 1, _HOURS.size - 1)
    share = np.clip((hours - _HOURS[upper - 1]) / (_HOURS[upper] - _HOURS[upper - 1]), 0.0, 1.0)
    each = np.arange(hours.size)
    return np.asarray((1 - share) * by_lead[upper - 1, each] + share * by_lead[upper, each])
