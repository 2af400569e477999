"""Alarms in PostgreSQL. Ring and job are the triggers' doing, in the same transaction, for whoever writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import asyncpg

from onealarm.alarms.alarm import Alarm, Snooze, ZoneMode
from onealarm.alarms.next_ring import Occurrence
from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, SnoozeId, UserId
from onealarm.postgres.database import Database
from onealarm.postgres.refusals import refusals
from onealarm.postgres.statements import statements

_SQL = statements("alarms")

_CHANGEABLE = (
    "label",
    "time",
    "date",
    "days",
    "timezone",
    "zone_mode",
    "active",
    "skip_dates",
    "pause_from",
    "pause_until",
    "skip_holidays",
    "snooze_minutes",
    "snooze_limit",
)


@dataclass(frozen=True, slots=True)
class Rolled:
    """How many alarms have rung and moved on, and how many of their rings were missed."""

    alarms: int
    missed: int


class PostgresAlarms:
    """What a user does with alarms. An alarm that is not the user's does not exist for him; ``user_id=None`` (an
    operator) finds everybody's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        user_id: UserId,
        *,
        time: time,
        date: date | None = None,
        days: tuple[int, ...] | None = None,
        timezone: str | None = None,
        zone_mode: ZoneMode | None = None,
        label: str | None = None,
        active: bool = True,
        skip_dates: Sequence[date] = (),
        pause: tuple[date, date] | None = None,
        skip_holidays: bool = False,
        snooze_minutes: int = 9,
        snooze_limit: int = 3,
    ) -> Alarm:
        """Save an alarm: weekly with ``days``, else a one-off on ``date`` or the next time the clock shows ``time``.

        Without a zone it is its user's. Without a mode it follows him if it is in his zone. Raises ``BadInput`` with
        the field, ``NotFound`` for an unknown user.
        """
        with refusals():
            row = await self._database.row(
                _SQL["insert_alarm"],
                user_id,
                label,
                time,
                date,
                days,
                timezone,
                zone_mode,
                active,
                skip_dates,
                *(pause or (None, None)),
                skip_holidays,
                snooze_minutes,
                snooze_limit,
            )
        if row is None:
            raise NotFound("user", f"{user_id} does not exist", "Create the user first")
        return _alarm(row)

    async def change(self, alarm_id: AlarmId, *, user_id: UserId | None, changes: Mapping[str, Any]) -> Alarm:
        """Change the named fields (as in ``create``) only. Raises as ``create``."""
        given = dict(changes)
        if "pause" in given:
            given["pause_from"], given["pause_until"] = given.pop("pause") or (None, None)
        values = [given.get(name) for name in _CHANGEABLE]
        with refusals():
            row = await self._database.row(_SQL["update_alarm"], alarm_id, user_id, list(given), *values)
        return _alarm(_existing(row, alarm_id))

    async def skip_next(self, alarm_id: AlarmId, *, user_id: UserId | None) -> Alarm:
        """Leave the next occurrence out; a one-off turns off. Raises ``NotFound``, ``BadInput`` when it is off."""
        with refusals():
            row = await self._database.row(_SQL["skip_next"], alarm_id, user_id)
        if row is None:
            await self.find(alarm_id, user_id=user_id)
            raise BadInput("alarm", "is off, so there is nothing to skip", "Turn it on first")
        return _alarm(row)

    async def coming(self, alarm_id: AlarmId, *, user_id: UserId | None, most: int) -> list[Occurrence]:
        """Its next rings, at most ``most``; none while it is off. Raises ``NotFound``."""
        await self.find(alarm_id, user_id=user_id)
        rows = await self._database.fetch(_SQL["list_occurrences"], alarm_id, user_id, most)
        return [Occurrence(row["ring_at"], row["local_date"]) for row in rows]

    async def snooze(self, alarm_id: AlarmId, *, user_id: UserId | None, minutes: int | None = None) -> Snooze:
        """Ring once more in ``minutes``, or in the alarm's own; the series stays. Raises ``NotFound``, ``BadInput``."""
        await self.find(alarm_id, user_id=user_id)
        with refusals():
            row = await self._database.row(_SQL["insert_snooze"], alarm_id, minutes)
        assert row is not None, "an insert that is not refused returns its row"
        return _snooze(row)

    async def end_snooze(self, alarm_id: AlarmId, *, user_id: UserId | None) -> None:
        """The snooze that is still to ring does not. Raises ``NotFound``, also when there is none."""
        await self.find(alarm_id, user_id=user_id)
        if not await self._database.fetch(_SQL["delete_snooze"], alarm_id):
            raise NotFound("snooze", "the alarm is not snoozed", "There is nothing to end")

    async def snoozed(self, alarm_id: AlarmId) -> Snooze | None:
        """The snooze that is still to ring."""
        row = await self._database.row(_SQL["find_snooze"], alarm_id)
        return None if row is None else _snooze(row)

    async def delete(self, alarm_id: AlarmId, *, user_id: UserId | None) -> None:
        """Delete the alarm, its coming job and its audio. Raises ``NotFound``."""
        _existing(await self._database.row(_SQL["delete_alarm"], alarm_id, user_id), alarm_id)

    async def find(self, alarm_id: AlarmId, *, user_id: UserId | None) -> Alarm:
        """Raises ``NotFound``."""
        return _alarm(_existing(await self._database.row(_SQL["find_alarm"], alarm_id, user_id), alarm_id))

    async def list(self, user_id: UserId | None = None, *, limit: int = 1000) -> list[Alarm]:
        """A user's alarms, or everybody's: the next to ring first, those turned off last."""
        return [_alarm(row) for row in await self._database.fetch(_SQL["list_alarms"], user_id, limit)]

    async def roll(self, *, limit: int = 1000) -> Rolled:
        """Move the alarms that have rung to their next occurrence, or turn them off, and see snoozes ring.

        Rings that had been over for more than ten minutes when this looked are written down as missed.
        """
        row = await self._database.row(_SQL["roll_alarms"], limit)
        assert row is not None, "it counts, so there is one row"
        missed = await self._database.value(_SQL["ring_snoozes"], limit)
        return Rolled(alarms=row["rolled"], missed=row["missed"] + missed)


def _existing(row: asyncpg.Record | None, alarm_id: AlarmId) -> asyncpg.Record:
    if row is None:
        raise NotFound("alarm", f"{alarm_id} does not exist", "List the alarms to see their ids")
    return row


def _alarm(row: asyncpg.Record) -> Alarm:
    return Alarm(
        id=AlarmId(row["id"]),
        user_id=UserId(row["user_id"]),
        label=row["label"],
        time=row["alarm_time_local"],
        date=row["alarm_date"],
        days=None if row["days"] is None else tuple(row["days"]),
        timezone=row["timezone"],
        zone_mode=row["zone_mode"],
        active=row["active"],
        skip_dates=tuple(row["skip_dates"]),
        pause=None if row["pause_from"] is None else (row["pause_from"], row["pause_until"]),
        skip_holidays=row["skip_holidays"],
        snooze_minutes=row["snooze_minutes"],
        snooze_limit=row["snooze_limit"],
        next_ring_at=row["next_trigger_at"],
        next_ring_date=row["next_ring_date"],
        last_ring_at=row["last_ring_at"],
        missed_ring_at=row["missed_ring_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _snooze(row: asyncpg.Record) -> Snooze:
    return Snooze(
        id=SnoozeId(row["id"]),
        alarm_id=AlarmId(row["alarm_id"]),
        number=row["number"],
        minutes=row["minutes"],
        ring_at=row["ring_at"],
    )
