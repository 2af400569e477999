"""Alarms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, field_validator

from onealarm.alarms.alarm import Alarm
from onealarm.api.schemas.fields import Day, Days, Input, Line, Timezone, WallTime, not_null
from onealarm.jobs.deadline import LEAD

Label = Annotated[Line, Field(max_length=200)]


class AlarmInput(Input):
    """An alarm to create: weekly with ``days``, else once, on ``date`` or the next time the clock shows ``time``.

    Without ``timezone`` it is the user's. Only an operator gives ``user_id``.
    """

    time: WallTime
    date: Day | None = None
    days: Days | None = None
    timezone: Timezone | None = None
    label: Label | None = None
    active: StrictBool = True
    user_id: UUID | None = None


class AlarmChange(Input):
    """What to change of an alarm; the rest stays. ``days`` take the place of a date, and a date that of ``days``."""

    time: WallTime | None = None
    date: Day | None = None
    days: Days | None = None
    timezone: Timezone | None = None
    label: Label | None = None
    active: StrictBool | None = None

    _given = field_validator("time", "timezone", "active", mode="before")(not_null)

    def changes(self) -> dict[str, Any]:
        """The fields that were given."""
        return self.model_dump(exclude_unset=True)


class AlarmView(BaseModel):
    """An alarm. Wall time and zone are the master; ``next_ring_at`` follows from them, and is null when it is off."""

    id: UUID
    user_id: UUID
    label: str | None
    time: time
    date: date | None
    days: list[int] | None
    timezone: str
    active: bool
    next_ring_at: datetime | None
    scheduled_for: datetime | None
    """When the work on the next briefing begins."""
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, alarm: Alarm) -> Self:
        return cls(
            id=alarm.id,
            user_id=alarm.user_id,
            label=alarm.label,
            time=alarm.time,
            date=alarm.date,
            days=None if alarm.days is None else list(alarm.days),
            timezone=alarm.timezone,
            active=alarm.active,
            next_ring_at=alarm.next_ring_at,
            scheduled_for=None if alarm.next_ring_at is None else alarm.next_ring_at - LEAD,
            created_at=alarm.created_at,
            updated_at=alarm.updated_at,
        )


class AlarmsView(BaseModel):
    """The next to ring first, those turned off last; at most 1000."""

    alarms: list[AlarmView]
