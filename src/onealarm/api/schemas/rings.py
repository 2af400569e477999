"""When an alarm rings: its coming rings, and snoozes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from onealarm.alarms.alarm import Alarm, Snooze
from onealarm.alarms.next_ring import Occurrence, wall_time_of
from onealarm.api.schemas.fields import Input

MOST_RINGS = 100

Count = Annotated[int, Field(ge=1, le=MOST_RINGS)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=60)]


class RingView(BaseModel):
    """A ring: the date that it is for, the instant, and what the clock in the alarm's zone shows then."""

    date: date
    ring_at: datetime
    local: datetime


class RingsView(BaseModel):
    """The coming rings, earliest first; none while the alarm is off."""

    rings: list[RingView]

    @classmethod
    def of(cls, alarm: Alarm, found: Iterable[Occurrence]) -> Self:
        return cls(
            rings=[
                RingView(date=one.date, ring_at=one.ring_at, local=wall_time_of(one.ring_at, alarm.timezone))
                for one in found
            ]
        )


class SnoozeInput(Input):
    """How long: without ``minutes`` as long as the alarm says."""

    minutes: Minutes | None = None


class SnoozeView(BaseModel):
    """A snooze: the ``number``-th of its ring, and when it rings."""

    id: UUID
    alarm_id: UUID
    number: int
    minutes: int
    ring_at: datetime

    @classmethod
    def of(cls, snooze: Snooze) -> Self:
        return cls(
            id=snooze.id,
            alarm_id=snooze.alarm_id,
            number=snooze.number,
            minutes=snooze.minutes,
            ring_at=snooze.ring_at,
        )
