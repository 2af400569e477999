"""An alarm: the user's wish to be woken. Wall time and zone are the master; the instant is derived by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from onealarm.alarms.recurrence import Date, Recurrence
from onealarm.ids import AlarmId, SnoozeId, UserId

ZoneMode = Literal["device", "fixed"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """``days`` (ISO, Monday is 1) make it weekly; otherwise it rings once, on ``date``.

    With ``zone_mode`` device its zone is its user's, wherever he goes; a fixed one stays. ``skip_dates``, ``pause``
    (first and last day) and ``skip_holidays`` (those of its user's country) leave dates of a weekly alarm out.
    ``next_ring_date`` is the date of the coming occurrence in the alarm's zone. ``missed_ring_at`` is the last ring at
    which OneAlarm was not there.
    """

    id: AlarmId
    user_id: UserId
    label: str | None
    time: time
    date: Date | None
    days: tuple[int, ...] | None
    timezone: str
    zone_mode: ZoneMode
    active: bool
    skip_dates: tuple[Date, ...]
    pause: tuple[Date, Date] | None
    skip_holidays: bool
    snooze_minutes: int
    snooze_limit: int
    next_ring_at: datetime | None
    next_ring_date: Date | None
    last_ring_at: datetime | None
    missed_ring_at: datetime | None
    created_at: datetime
    updated_at: datetime

    def recurrence(self, holidays: frozenset[Date] = frozenset()) -> Recurrence:
        """On which dates it is wished for; ``holidays`` are those of its user's country."""
        return Recurrence(
            date=self.date,
            days=None if self.days is None else frozenset(self.days),
            skip_dates=frozenset(self.skip_dates),
            pause=self.pause,
            holidays=holidays if self.skip_holidays else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class Snooze:
    """One more ring of an occurrence, ``minutes`` of real time after it was asked for; the ``number``-th of it."""

    id: SnoozeId
    alarm_id: AlarmId
    number: int
    minutes: int
    ring_at: datetime
