"""What plays for an alarm, at any instant: the one rule that clients, page and API follow. Something always does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, assert_never

from onealarm.jobs.deadline import GUARD
from onealarm.jobs.job import JobState

Source = Literal["briefing", "stock", "tone"]
Status = Literal["ready", "waiting", "generating", "failed", "none"]

OFF: Final = "the alarm is off"
NOTHING: Final = "nothing is to be made at the moment"
OVER: Final = "its audio is over"
NEAR: Final = "its ring is near: what is named here plays unless its briefing is ready in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of an alarm at ``now``.

    ``ring_at`` is the ring that is asked about: to come, or over for less than an hour; None when there is none.
    ``job`` and ``job_reason`` are those of its newest job, None when it has been forgotten. ``playable_until`` is
    there when its briefing is ready, and ``briefing_reason`` says why that is not a full one. ``stock`` says whether
    there is a stock briefing in the listener's voice.
    """

    now: datetime
    active: bool
    ring_at: datetime | None = None
    job: JobState | None = None
    job_reason: str | None = None
    playable_until: datetime | None = None
    briefing_reason: str | None = None
    stock: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """What plays, how far the briefing is, and in words why it is not (yet) a full briefing that plays.

    The tone is bundled with the client: it needs nothing of ours.
    """

    source: Source
    status: Status
    reason: str | None


def what_to_play(known: Situation) -> Play:
    """The briefing while it is ready and its 48 hours are not over, else the stock, else the tone."""
    floor: Source = "stock" if known.stock else "tone"
    if known.ring_at is None:
        return Play(floor, "none", NOTHING if known.active else OFF)
    if known.playable_until is not None and known.now < known.playable_until:
        return Play("briefing", "ready", known.briefing_reason)
    match known.job:
        case JobState.WAITING:
            return Play(floor, "waiting", known.job_reason or _near(known.ring_at, known.now))
        case JobState.LEASED:
            return Play(floor, "generating", known.job_reason or _near(known.ring_at, known.now))
        case JobState.DEAD | JobState.EXPIRED | JobState.CANCELLED | JobState.DONE | None:
            return Play(floor, "failed", known.job_reason or OVER)
        case _:
            assert_never(known.job)


def _near(ring_at: datetime, now: datetime) -> str | None:
    return NEAR if ring_at - now < GUARD else None
