"""An alarm: the user's wish to be woken. Wall time and zone are the master; the instant is derived by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from onealarm.ids import AlarmId, UserId


@dataclass(frozen=True, slots=True)
class Alarm:
    """``days`` (ISO, Monday is 1) make it weekly; otherwise it rings once, on ``date``."""

    id: AlarmId
    user_id: UserId
    label: str | None
    time: time
    date: date | None
    days: tuple[int, ...] | None
    timezone: str
    active: bool
    next_ring_at: datetime | None
    created_at: datetime
    updated_at: datetime
