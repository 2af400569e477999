"""Populations of rings as arrays: millions at once, the same ones for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.workload.habits import Habits
from onealarm.workload.profile import MINUTES, local_profile
from onealarm.workload.zones import offsets, ring_profile

Seconds = NDArray[np.int32]

BEFORE: Final = 6 * 60
"""Minutes before midnight (UTC) of the first day at which time begins: work for its rings may begin the day before."""

NEVER: Final = np.iinfo(np.int32).max
_EVENING: Final = 2 * 3600
"""Before midnight: when alarms are set as a rule, give or take an hour."""

_DAY: Final = MINUTES * 60


@dataclass(frozen=True, slots=True)
class Population:
    """Rings in their order, those of one instant shuffled. All times are seconds since time began.

    ``known`` is when an alarm is first heard of, 0 for those that always were; ``gone`` when it is cancelled, or
    ``NEVER``. ``set_at`` is when its user last touched it, ``local`` the minute of his wall clock at the ring.
    """

    days: int
    ring: Seconds
    known: Seconds
    gone: Seconds
    set_at: Seconds
    local: NDArray[np.int16]

    @property
    def minutes(self) -> int:
        """How long time lasts: to the end of the last day."""
        return BEFORE + self.days * MINUTES

    def joined(self, other: Population) -> Population:
        """Both together, in the order of the rings."""
        arrays = [field.name for field in fields(self) if field.name != "days"]
        both = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in arrays}
        order = np.argsort(both["ring"], kind="stable")
        return Population(max(self.days, other.days), **{name: values[order] for name, values in both.items()})


def sample_population(*, zones: str, alarms: int, days: int, habits: Habits, seed: int) -> Population:
    """Alarms of ``days`` days, so many that about ``alarms`` ring on each, by the reference workload in these zones."""
    rng = np.random.default_rng(seed)
    minutes, shares = offsets(zones)
    local_shares = np.outer(shares, local_profile()).ravel()
    rings, local_minutes = [], []
    for day in range(days):
        counts = rng.multinomial(_of_day(alarms, habits, rng), local_shares)
        which = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
        local = which % MINUTES
        rings.append(BEFORE + day * MINUTES + (local - minutes[which // MINUTES]) % MINUTES)
        local_minutes.append(local)
    return changed(np.concatenate(rings), np.concatenate(local_minutes), days=days, habits=habits, rng=rng)


def changed(
    ring: NDArray[np.integer], local: NDArray[np.integer], *, days: int, habits: Habits, rng: np.random.Generator
) -> Population:
    """A population with rings at these minutes, whose users have these habits."""
    order = np.lexsort((rng.random(ring.size), ring))
    at = 60 * ring[order].astype(np.int64)
    local = local[order]
    lead = habits.late_least.total_seconds() + rng.exponential(habits.late_mean.total_seconds(), at.size)
    is_late = rng.random(at.size) < habits.late_share
    known = np.where(is_late, np.maximum(at - lead, 0), 0)
    gone = np.maximum(at - rng.exponential(habits.cancelled_mean.total_seconds(), at.size), 0)
    too_soon = gone < known
    gone[too_soon] = (known + (at - known) * rng.random(at.size))[too_soon]
    gone[rng.random(at.size) >= habits.cancelled_share] = NEVER
    evening = at - 60 * local.astype(np.int64) - _EVENING + rng.normal(0.0, 3600.0, at.size)
    set_at = np.where(is_late, known, np.maximum(evening, 0))
    return Population(days, _whole(at), _whole(known), _whole(gone), _whole(set_at), local.astype(np.int16))


def sample_counts(*, zones: str, alarms: int, seed: int) -> NDArray[np.int64]:
    """How many rings each minute of one day has, without the rings themselves: any number costs the same."""
    return np.random.default_rng(seed).multinomial(alarms, ring_profile(zones))


def _of_day(alarms: int, habits: Habits, rng: np.random.Generator) -> int:
    return max(0, round(alarms / (1 - habits.cancelled_share) * (1 + habits.day_noise * rng.standard_normal())))


def _whole(seconds: NDArray[np.float64] | NDArray[np.int64]) -> Seconds:
    return np.asarray(np.minimum(seconds, NEVER), np.int32)
