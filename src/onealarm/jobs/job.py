"""A job: one briefing to make for one occurrence of an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from onealarm.ids import AlarmId, JobId, LeaseToken, UserId


class JobState(StrEnum):
    """``waiting → leased → done | dead | cancelled | expired``; ``leased → waiting`` for retry, release and rescue."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


TRANSITIONS: Final[Mapping[JobState, frozenset[JobState]]] = {
    JobState.WAITING: frozenset({JobState.LEASED, JobState.CANCELLED, JobState.EXPIRED}),
    JobState.LEASED: frozenset({JobState.WAITING, JobState.DONE, JobState.DEAD, JobState.CANCELLED, JobState.EXPIRED}),
    JobState.DONE: frozenset(),
    JobState.DEAD: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.EXPIRED: frozenset(),
}
"""The legal changes; the database refuses every other one (trigger ``legal_transition``). A final state is final."""


class Job(NamedTuple):
    """A job that a worker holds. Every write that it makes names ``lease_token``; ``attempt`` counts from 1.

    ``due_at`` is when work could begin: the lead before the ring, or when the alarm was saved, if that was later.
    """

    id: JobId
    alarm_id: AlarmId
    user_id: UserId
    ring_at: datetime
    due_at: datetime
    attempt: int
    claimed_at: datetime
    lease_token: LeaseToken
