"""Alarms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator

from onealarm.alarms.alarm import Alarm, ZoneMode
from onealarm.alarms.recurrence import Date
from onealarm.api.schemas.fields import Day, Days, Input, Line, Timezone, WallTime, not_null, refusal
from onealarm.jobs.deadline import LEAD

Label = Annotated[Line, Field(max_length=200)]


class Pause(Input):
    """Days on which a weekly alarm does not ring: the first and the last of them."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise refusal("ends before it begins", "Give the last day without a ring as until")
        return self

    def days(self) -> tuple[date, date]:
        return self.first, self.last


class PauseView(BaseModel):
    """The first and the last day without a ring."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="until")


SkipDates = Annotated[tuple[Day, ...], Field(max_length=100)]
SnoozeMinutes = Annotated[int, Field(strict=True, ge=1, le=60)]
SnoozeLimit = Annotated[int, Field(strict=True, ge=0, le=20)]


class AlarmInput(Input):
    """An alarm to create: weekly with ``days``, else once, on ``date`` or the next time the clock shows ``time``.

    Without ``timezone`` it is the user's. Without ``zone_mode`` it follows him (device) if it is in his zone, and stays
    (fixed) in another. Only a weekly alarm leaves dates out. Only an operator gives ``user_id``.
    """

    time: WallTime
    date: Day | None = None
    days: Days | None = None
    timezone: Timezone | None = None
    zone_mode: ZoneMode | None = None
    label: Label | None = None
    active: StrictBool = True
    skip_dates: SkipDates = ()
    pause: Pause | None = None
    skip_holidays: StrictBool = False
    snooze_minutes: SnoozeMinutes = 9
    snooze_limit: SnoozeLimit = 3
    user_id: UUID | None = None


class AlarmChange(Input):
    """What to change of an alarm; the rest stays. ``days`` take the place of a date, and a date that of ``days``."""

    time: WallTime | None = None
    date: Day | None = None
    days: Days | None = None
    timezone: Timezone | None = None
    zone_mode: ZoneMode | None = None
    label: Label | None = None
    active: StrictBool | None = None
    skip_dates: SkipDates | None = None
    pause: Pause | None = None
    skip_holidays: StrictBool | None = None
    snooze_minutes: SnoozeMinutes | None = None
    snooze_limit: SnoozeLimit | None = None

    _given = field_validator(
        "time", "timezone", "zone_mode", "active", "skip_dates", "skip_holidays", "snooze_minutes", "snooze_limit",
        mode="before",
    )(not_null)  # fmt: skip

    def changes(self) -> dict[str, Any]:
        """The fields that were given."""
        given = self.model_dump(exclude_unset=True)
        if self.pause is not None:
            given["pause"] = self.pause.days()
        return given


class AlarmView(BaseModel):
    """An alarm. Wall time and zone are the master; ``next_ring_at`` follows from them, and is null when it is off."""

    id: UUID
    user_id: UUID
    label: str | None
    time: time
    date: date | None
    days: list[int] | None
    timezone: str
    zone_mode: ZoneMode
    active: bool
    skip_dates: list[Date]
    pause: PauseView | None
    skip_holidays: bool
    snooze_minutes: int
    snooze_limit: int
    next_ring_at: datetime | None
    next_ring_date: Date | None
    """The date that the next ring is for, in the alarm's zone."""
    scheduled_for: datetime | None
    """When the work on the next briefing begins."""
    last_ring_at: datetime | None
    missed_ring_at: datetime | None
    """The last ring at which OneAlarm was not there."""
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
            zone_mode=alarm.zone_mode,
            active=alarm.active,
            skip_dates=list(alarm.skip_dates),
            pause=None if alarm.pause is None else PauseView(first=alarm.pause[0], last=alarm.pause[1]),
            skip_holidays=alarm.skip_holidays,
            snooze_minutes=alarm.snooze_minutes,
            snooze_limit=alarm.snooze_limit,
            next_ring_at=alarm.next_ring_at,
            next_ring_date=alarm.next_ring_date,
            scheduled_for=None if alarm.next_ring_at is None else alarm.next_ring_at - LEAD,
            last_ring_at=alarm.last_ring_at,
            missed_ring_at=alarm.missed_ring_at,
            created_at=alarm.created_at,
            updated_at=alarm.updated_at,
        )


class AlarmsView(BaseModel):
    """The next to ring first, those turned off last; at most 1000."""

    alarms: list[AlarmView]
