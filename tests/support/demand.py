"""Eight weeks of alarms, drawn from a seed: weekly and one-off ones, created late and cancelled, in two zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from onealarm.control.forecast.bands import bands_of, calibrate, in_units_of_chance
from onealarm.control.forecast.grid import (
    BUCKETS,
    LEADS,
    QUARTERS,
    Floats,
    Integers,
    bucket_of,
    hours_ahead,
    quarter_of_week,
    start_of,
)
from onealarm.control.forecast.pickup import Expected, History, Rates, expect, fit
from onealarm.control.forecast.scores import Issued

WEEKS: Final = 8
BEGIN: Final = datetime(2026, 9, 21, tzinfo=UTC)
HOLIDAY: Final = date(2026, 11, 11)
"""In New York, whose clocks go back on 1 November."""

_DAY: Final = 96
_AT_LEAD: Final = tuple(lead // timedelta(minutes=15) for lead in LEADS)
_NEVER: Final = BUCKETS + 1


@dataclass(frozen=True)
class Zone:
    """``alarms`` a day on average; by bucket: what is known 0 to 192 buckets ahead, and what was created later."""

    quarters: Integers
    known: Floats
    late: Floats
    cancelled: Floats

    @property
    def final(self) -> Floats:
        return self.known[:, 0]

    def history(self, *, at: int) -> History:
        """The buckets that are over when bucket ``at`` begins."""
        over = slice(0, at)
        ages = (at - np.arange(at)) / _DAY
        return History(
            ages=ages,
            quarters=self.quarters[over],
            final=self.final[over],
            known=self.known[over][:, _AT_LEAD],
            late=self.late[over],
            cancelled=self.cancelled[over],
        )

    def ahead(self, at: int) -> Floats:
        """What is known, when bucket ``at`` begins, of the 192 after it."""
        ahead = np.arange(1, BUCKETS + 1)
        return np.asarray(self.known[at + ahead, ahead])


def zone(name: str, *, alarms: int, seed: int, holiday: date | None = None) -> Zone:
    """Wall times as in the reference workload; one in five is created late, seven hours ahead on average and 15 minutes
    at least; six in a hundred are cancelled, ten hours ahead on average. Days differ by 3 %, weekends by 40.

    On a holiday one in three weekly alarms is known to be left out, half as many others are made, and thrice as many
    are cancelled.
    """
    random, zone_ = np.random.default_rng(seed), ZoneInfo(name)
    buckets = (WEEKS * 7 + 3) * _DAY
    first = bucket_of(BEGIN)
    walls = [start_of(first + n).astimezone(zone_) for n in range(buckets)]
    quarters = np.array([quarter_of_week(wall) for wall in walls])
    profile = _profile()
    levels = {wall.date(): random.normal(1.0, 0.03) * _weekday(wall) for wall in walls}
    mean = np.array([alarms * levels[wall.date()] * profile[quarter_of_week(wall) % _DAY] for wall in walls])
    off = np.array([wall.date() == holiday for wall in walls])
    on_hand = random.poisson(0.8 * mean * np.where(off, 2 / 3, 1.0))
    created = random.poisson(0.2 * mean * np.where(off, 0.5, 1.0))
    known, late = np.zeros((buckets, BUCKETS + 1)), np.zeros((buckets, len(LEADS)))
    for n in range(buckets):
        since = np.concatenate(
            [np.full(on_hand[n], _NEVER), np.ceil(np.maximum(random.exponential(28.0, created[n]), 1.0))]
        )
        until = random.exponential(40.0, since.size).astype(int)
        until[random.random(since.size) >= (0.18 if off[n] else 0.06)] = -1
        alive = until < since - 1
        begins = np.bincount(np.minimum(since[alive].astype(int), _NEVER), minlength=_NEVER + 1)
        ends = np.bincount(np.minimum(until[alive] + 1, _NEVER), minlength=_NEVER + 1)
        # Known h buckets ahead: created by then, and not cancelled yet.
        known[n] = np.cumsum(begins[::-1])[::-1][: BUCKETS + 1] - (ends.sum() - np.cumsum(ends))[: BUCKETS + 1]
        stays = since[alive & (until < 0)]
        late[n] = [np.count_nonzero(stays < lead) for lead in _AT_LEAD]
    cancelled = known[:, _AT_LEAD] - (known[:, :1] - late)
    return Zone(quarters, known, late, cancelled)


def replay(zones: list[Zone], *, issued_from: int, scored_from: int) -> list[Issued]:
    """A forecast every hour, from rates learned each midnight; those from ``scored_from`` on, beside what came."""
    final: Floats = np.sum([one.final for one in zones], axis=0)
    open_: Floats = np.sum([one.late + one.cancelled for one in zones], axis=0)
    errors: list[tuple[int, Floats]] = []
    past: list[Issued] = []
    rates: list[Rates] = []
    for at in range(issued_from, WEEKS * 7 * _DAY, 4):
        if at % _DAY == 0:
            rates = [fit(one.history(at=at)) for one in zones]
        expected = _expected(zones, rates, at)
        truth = final[at + 1 : at + 1 + BUCKETS]
        if at >= scored_from:
            quantiles = calibrate(
                np.array([_over_by(at - made, error) for made, error in errors]), pause=timedelta(hours=1)
            )
            each = np.array(_AT_LEAD)
            past.append(
                Issued(
                    expected=expected,
                    bands=bands_of(expected, quantiles),
                    final=truth,
                    week_before=final[at + 1 - QUARTERS : at + 1 - QUARTERS + BUCKETS],
                    open_by_lead=open_[at + each, np.arange(len(LEADS))],
                )
            )
        errors = [(made, error) for made, error in errors if at - made < 28 * _DAY]
        errors.append((at, in_units_of_chance(expected, truth)))
    return past


def _expected(zones: list[Zone], rates: list[Rates], at: int) -> Expected:
    hours = hours_ahead(BEGIN + at * timedelta(minutes=15))
    one, *others = (
        expect(zone_.ahead(at), quarters=zone_.quarters[at + 1 : at + 1 + BUCKETS], hours=hours, rates=rates_)
        for zone_, rates_ in zip(zones, rates, strict=True)
    )
    return sum(others, one)


def _over_by(age: int, errors: Floats) -> Floats:
    """Without those of sums that are not over yet."""
    return np.where(np.array(_AT_LEAD) < age, errors, np.nan)


def _profile() -> Floats:
    """Share of a day's alarms by quarter of an hour."""
    minutes = np.arange(24 * 60)
    bell = np.exp(-(((minutes - 415) / 62) ** 2) / 2)
    five = np.where(minutes % 5 == 0, 1.6, 0.2)
    round_ = np.select([minutes % 60 == 0, minutes % 60 == 30, minutes % 15 == 0], [20.0, 17.0, 5.0], five)
    share = (0.9 * bell / bell.sum() + 0.1 / minutes.size) * round_
    return np.asarray((share / share.sum()).reshape(-1, 15).sum(axis=1))


def _weekday(wall: datetime) -> float:
    return 0.6 if wall.weekday() >= 5 else 1.0
