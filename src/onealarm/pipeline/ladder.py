"""The ladder: which briefings are tried for a job, the best first, and how long each may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from onealarm.jobs.deadline import EXPECTED_WORK, deadline
from onealarm.pipeline.briefing import Tier
from onealarm.pipeline.speak import Speaker

TOO_MUCH: Final = "too much to do"
NO_MONEY: Final = "the day's money"
"""Reasons of briefings that are not full. One for want of money is not made again: the day has no more of it."""

NEXT_TAKES: Final = EXPECTED_WORK
"""What is kept of the time for each rung below, so that there is a rung below."""

FETCHED_WITHIN: Final = timedelta(seconds=15)
"""Before the ring: a client needs that much even when the deadline is over."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Somebody who speaks. A local one needs nobody outside this machine."""

    speaker: Speaker
    is_local: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to make the briefing."""

    tier: Tier
    engine: Engine


def rungs(wanted: Tier, engines: Sequence[Engine]) -> list[Rung]:
    """From the best to the last, never none. ``engines`` come in the order of preference, a local one last.

    What is spoken by the first choice, or by another that is not local, is as good as wanted. What a local voice speaks
    in the place of one that failed, or that nobody may pay for, is ``local``.
    """
    if wanted == "local":
        return [Rung("local", engine) for engine in engines if engine.is_local]
    return [Rung(wanted if not engine.is_local or engine is engines[0] else "local", engine) for engine in engines]


def latest(ring_at: datetime, *, now: datetime) -> datetime:
    """When the briefing has to be there: by the deadline, or where that is over just before the ring."""
    due = deadline(ring_at)
    return due if now < due else ring_at - FETCHED_WITHIN


def share(left: timedelta, *, below: int) -> timedelta:
    """How much of the time that is left a rung may take when there are so many ``below`` it."""
    return left - below * NEXT_TAKES
