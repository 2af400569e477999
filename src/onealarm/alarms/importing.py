"""Users and alarms that are brought in from elsewhere, and the ids that their own keys have here.

An id is made from the key alone (RFC 9562, 5.5), so that the same line has the same id in every run and in every file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final
from uuid import UUID, uuid5

from onealarm.alarms.alarm import ZoneMode
from onealarm.alarms.preferences import Preferences
from onealarm.alarms.recurrence import Date
from onealarm.ids import AlarmId, UserId

_USERS: Final = UUID("6f1c0a52-3a0e-5d0b-9f5e-0b8f6f3f9a11")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an alarm rings and when not, as in ``Alarm``; many alarms share one."""

    time: time
    date: Date | None
    days: tuple[int, ...] | None
    timezone: str | None
    zone_mode: ZoneMode | None
    active: bool
    skip_dates: tuple[Date, ...]
    pause: tuple[Date, Date] | None
    skip_holidays: bool
    snooze_minutes: int
    snooze_limit: int


@dataclass(frozen=True, slots=True)
class NewUser:
    email: str | None
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class NewAlarm:
    id: AlarmId
    label: str | None
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says. Without ``user`` it says nothing of him but who he is; without ``alarm`` he alone is meant.

    ``number`` is that of the line at which it begins, from 1; ``key`` is what the line calls the user.
    """

    number: int
    key: str
    user_id: UserId
    user: NewUser | None
    alarm: NewAlarm | None


def user_id_of(key: str) -> UserId:
    """The id of a user's key: a UUID in its usual form is the id itself, any other text has one made from it."""
    return UserId(UUID(key) if _UUID.fullmatch(key) else uuid5(_USERS, key))


def alarm_id_of(user_id: UserId, key: str | None, *, label: str | None, schedule: Schedule) -> AlarmId:
    """The id of an alarm's key, which is its user's own: two users may both have an alarm ``1``.

    Without a key it is made from what tells alarms of a user apart: time, date or days, zone and label.
    """
    if key is None:
        told = (schedule.time.isoformat(), schedule.date, schedule.days, schedule.timezone, label)
        return AlarmId(uuid5(user_id, "\0".join(map(str, told))))
    return AlarmId(UUID(key) if _UUID.fullmatch(key) else uuid5(user_id, f"key\0{key}"))
