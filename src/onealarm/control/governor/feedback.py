"""Feedback: the limit that a provider's answers show, which may be less than the one that was agreed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

PERIOD: Final = timedelta(seconds=15)
REFUSED: Final = 0.01
"""The share of refused calls above which a period counts as bad."""

BAD_PERIODS: Final = 2
"""A worker that is refused slows down by itself at once; only what goes on is a matter for the whole fleet."""

DOWN: Final = 0.9
LOWEST: Final = 0.5
UP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Effective:
    """Units per minute that the provider is taken to allow, and the bad periods in a row that led there."""

    per_minute: float
    bad_periods: int
    judged_at: datetime


def judge(
    before: Effective, *, limit: float, agreed: float, seen: float | None, calls: int, refused: int, now: datetime
) -> Effective:
    """The effective limit after another period in which so many calls were made and so many refused (429).

    ``limit`` is the one in force until now, ``agreed`` the operator's, and ``seen`` the provider's own figure where it
    gives one: it counts at once when it is lower, and never raises what was agreed: headers may lie, and money follows
    them. Down by a tenth, to half the limit at the least, after two bad periods; up by a hundredth after a good one.
    Without calls nothing is learned, and it recovers.
    """
    bound = bounded(agreed, seen=seen)
    current = min(before.per_minute, bound)
    if calls > 0 and refused / calls > REFUSED:
        bad = before.bad_periods + 1
        lower = min(current, max(LOWEST * bound, DOWN * current))
        return Effective(lower if bad >= BAD_PERIODS else current, bad, now)
    was_whole = before.per_minute >= limit
    return Effective(bound if was_whole else min(bound, current + UP * bound), 0, now)


def bounded(agreed: float, *, seen: float | None) -> float:
    """The limit in force: what was agreed, or what the provider says where that is less."""
    return agreed if seen is None else min(agreed, seen)


def is_due(state: Effective, *, now: datetime) -> bool:
    return now - state.judged_at >= PERIOD


def followed(state: Effective, *, limit: float, bound: float) -> Effective:
    """Between two periods the limit in force goes from ``limit`` to ``bound``: at once, where nothing was refused."""
    was_whole = state.per_minute >= limit
    return replace(state, per_minute=bound if was_whole else min(state.per_minute, bound))
