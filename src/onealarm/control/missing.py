"""The work of the coming alarms: the segments that are expected to be missing, each counted once for the fleet.

A sentence that many hear is spoken once. So what an alarm costs depends on who rings before it: the first of an
audience pays for what all of it hears, and a listener whose name has been spoken before pays for nothing of his own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.governor.pools import PoolId, Unit
from onealarm.jobs.report import ModelReport

_HALF_LIFE: Final = timedelta(hours=2)
_OWN: Final = 1
"""Segments of a briefing that greet a listener by his name."""

_DIARY: Final = 3
"""Segments of a calendar: of one's own, and new each day."""

_MOST_SPEAKING: Final = 0.95

_UNITS: Final[tuple[Unit, ...]] = ("requests", "tokens", "characters")


@dataclass(frozen=True, slots=True)
class Coming:
    """Jobs of one minute, and what is new in them.

    ``audiences``: those of whom nobody of the same place, voice, language and wishes rings earlier in the same hour.
    ``strangers``: listeners of whom no sound of their own is kept. ``diaries``: those with a calendar that is read.
    """

    jobs: int
    audiences: int
    strangers: int
    diaries: int


@dataclass(frozen=True, slots=True)
class Habit:
    """What briefings were made of lately, fading by half in two hours: sums, of which only ratios mean anything."""

    briefings: float = 0.0
    segments: float = 0.0
    spoken: float = 0.0
    worked: float = 0.0
    speaking: float = 0.0
    """Seconds."""

    units: Mapping[PoolId, float] = field(default_factory=dict)
    seen_at: datetime | None = None

    def seen(
        self,
        *,
        briefings: int,
        segments: int,
        spoken: int,
        worked: timedelta,
        speaking: timedelta,
        calls: Iterable[ModelReport],
        now: datetime,
    ) -> Habit:
        """With what was found, spoken and paid for since the last look, and the time that jobs and speaking took."""
        passed = timedelta() if self.seen_at is None else max(now - self.seen_at, timedelta())
        kept: float = 0.5 ** (passed / _HALF_LIFE)
        units = {pool: kept * before for pool, before in self.units.items()}
        for one in calls:
            for unit in _UNITS:
                pool = PoolId(one.provider, one.model, unit)
                units[pool] = units.get(pool, 0.0) + float(getattr(one, unit))
        return Habit(
            kept * self.briefings + briefings,
            kept * self.segments + segments,
            kept * self.spoken + spoken,
            kept * self.worked + worked.total_seconds(),
            kept * self.speaking + speaking.total_seconds(),
            units,
            now,
        )

    @property
    def is_known(self) -> bool:
        """Whether anything follows from it."""
        return self.briefings >= 1

    @property
    def of_a_briefing(self) -> float:
        """Segments of a briefing."""
        return self.segments / self.briefings

    @property
    def missing(self) -> float:
        """Segments of a briefing that were missing, on average."""
        return self.spoken / self.briefings

    @property
    def spoken_share(self) -> float:
        """The share of a job's time in which something is spoken for it, from 0 to 0.95.

        Sentences are spoken side by side, so their times may add up to more.
        """
        return min(self.speaking / self.worked, _MOST_SPEAKING) if self.worked > 0 else 0.0

    def units_of_a_segment(self) -> Mapping[PoolId, float]:
        """What a missing segment takes of each pool; nothing before one was spoken."""
        if self.spoken < 1:
            return {}
        return {pool: amount / self.spoken for pool, amount in self.units.items() if amount > 0}


def expected_missing(jobs: NDArray[np.int64], coming: Mapping[int, Coming], habit: Habit) -> NDArray[np.float64]:
    """Segments that are expected to be missing, by the minute in which work should begin.

    ``jobs`` are those of all minutes. ``coming`` tells more of some minutes; the jobs of others, and those that will
    only be set, take what its jobs do on average, or where it tells nothing what the last ones did. ``habit`` has to be
    known.
    """
    whole = habit.of_a_briefing
    known = {minute: _of(one, whole) for minute, one in coming.items() if 0 <= minute < jobs.size}
    seen = sum(coming[minute].jobs for minute in known)
    each = sum(known.values()) / seen if seen else habit.missing
    found = jobs * each
    for minute, segments in known.items():
        others = max(int(jobs[minute]) - coming[minute].jobs, 0)
        found[minute] = min(segments + others * each, jobs[minute] * whole)
    return np.asarray(found, np.float64)


def in_slots(jobs: NDArray[np.int64], missing: NDArray[np.float64], habit: Habit) -> NDArray[np.float64]:
    """Jobs by the minute, each counted as so many as take its time: less than one where less than usual is missing.

    A job takes its share of time for all else, and the share in which it speaks by how much it misses. It is never more
    than what a job takes of which all is missing.
    """
    if habit.missing <= 0:
        return np.asarray(jobs, np.float64)
    share = habit.spoken_share
    return np.asarray((1 - share) * jobs + share * missing / habit.missing, np.float64)


def _of(one: Coming, whole: float) -> float:
    own = min(float(_OWN), whole)
    segments = one.audiences * (whole - own) + one.strangers * own + one.diaries * min(float(_DIARY), whole)
    return min(segments, one.jobs * whole)
