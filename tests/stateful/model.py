"""The model beside the database: what each listener would hear now, who lives, and what is in whose hands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from onealarm.alarms.next_ring import wall_time_of
from onealarm.briefing.facts import Listener
from onealarm.ids import UserId, WorkerId
from onealarm.jobs.frontier import Frontier
from onealarm.jobs.job import Job
from onealarm.pipeline.gather import Wish
from tests.stateful.world import Row, Sight

STALE: Final = timedelta(seconds=15)
"""A worker whose last beat is older is dead (``onealarm.stale()``)."""

AGES: Final = timedelta(days=10_000)
"""A worker that looks everywhere so seldom lives by hints."""


def said_of(label: str | None, listener: Listener, wall_time: datetime) -> str:
    """What a briefing was made of, written into it instead of words."""
    return f"{label} | {listener} | {wall_time.isoformat()}"


@dataclass
class Somebody:
    """A user as his preferences make him heard."""

    id: UserId
    listener: Listener

    def hear(self, **changes: object) -> None:
        self.listener = replace(self.listener, **changes)  # type: ignore[arg-type]  # the rules name its fields


@dataclass
class Process:
    """A worker's process. One that has crashed beats no more, and may still write."""

    id: WorkerId
    beat_at: datetime
    alive_since: datetime
    beating: bool = True
    frontier: Frontier = field(default_factory=lambda: Frontier(every=AGES))

    def lives(self, now: datetime) -> bool:
        """Whether it counts as alive."""
        return now - STALE < self.beat_at < now + STALE

    def beat(self, now: datetime) -> None:
        if not self.lives(now) or self.alive_since > now:
            self.alive_since = now
            self.frontier.look_everywhere(every=AGES)
        self.beat_at = now

    def may_rescue(self, now: datetime) -> bool:
        return self.lives(now) and self.alive_since <= now - STALE


@dataclass
class Hand:
    """A job that was claimed, and the wish as it was read once work had begun."""

    worker: WorkerId
    job: Job
    wish: Wish | None = None

    @property
    def said(self) -> str:
        assert self.wish is not None, "only begun work is finished"
        return said_of(self.wish.label, self.wish.listener, self.wish.ring_at)

    def holds(self, seen: Sight) -> bool:
        """Whether its lease is the one in the row."""
        row = seen.jobs.get(self.job.id)
        return row is not None and row["state"] == "leased" and row["lease_token"] == self.job.lease_token


def would_be_said(alarm: Row, ring_at: datetime, somebody: Somebody) -> str:
    """What a briefing made now would be made of."""
    return said_of(alarm["label"], somebody.listener, wall_time_of(ring_at, alarm["timezone"]))


def coming_rings(seen: Sight, *, after: datetime) -> set[tuple[object, datetime]]:
    """The rings later than an instant, of alarms that are on and of snoozes, as alarm and ring."""
    rings = {(row["id"], row["next_trigger_at"]) for row in seen.alarms.values() if row["active"]}
    rings |= {(row["alarm_id"], row["ring_at"]) for row in seen.snoozes.values()}
    return {(alarm, ring) for alarm, ring in rings if ring > after}
