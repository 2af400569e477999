"""Alarms in PostgreSQL. Ring and job are the triggers' doing, in the same transaction, for whoever writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import asyncpg

from onealarm.alarms.alarm import Alarm
from onealarm.errors import NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.postgres.database import Database
from onealarm.postgres.refusals import refusals
from onealarm.postgres.statements import statements

_SQL = statements("alarms")

_CHANGEABLE = ("label", "time", "date", "days", "timezone", "active")


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
        label: str | None = None,
        active: bool = True,
    ) -> Alarm:
        """Save an alarm: weekly with ``days``, else a one-off on ``date`` or the next time the clock shows ``time``.

        Raises ``BadInput`` with the field, ``NotFound`` for an unknown user.
        """
        with refusals():
            row = await self._database.row(_SQL["insert_alarm"], user_id, label, time, date, days, timezone, active)
        if row is None:
            raise NotFound("user", f"{user_id} does not exist", "Create the user first")
        return _alarm(row)

    async def change(self, alarm_id: AlarmId, *, user_id: UserId | None, changes: Mapping[str, Any]) -> Alarm:
        """Change the named fields (label, time, date, days, timezone, active) only. Raises as ``create``."""
        values = [changes.get(name) for name in _CHANGEABLE]
        with refusals():
            row = await self._database.row(_SQL["update_alarm"], alarm_id, user_id, list(changes), *values)
        return _alarm(_existing(row, alarm_id))

    async def delete(self, alarm_id: AlarmId, *, user_id: UserId | None) -> None:
        """Delete the alarm, its coming job and its audio. Raises ``NotFound``."""
        _existing(await self._database.row(_SQL["delete_alarm"], alarm_id, user_id), alarm_id)

    async def find(self, alarm_id: AlarmId, *, user_id: UserId | None) -> Alarm:
        """Raises ``NotFound``."""
        return _alarm(_existing(await self._database.row(_SQL["find_alarm"], alarm_id, user_id), alarm_id))

    async def list(self, user_id: UserId | None = None, *, limit: int = 1000) -> list[Alarm]:
        """A user's alarms, or everybody's: the next to ring first, those turned off last."""
        return [_alarm(row) for row in await self._database.fetch(_SQL["list_alarms"], user_id, limit)]

    async def roll(self, *, limit: int = 1000) -> int:
        """Move the alarms that have rung to their next occurrence, or turn them off; returns how many."""
        return len(await self._database.fetch(_SQL["roll_alarms"], limit))


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
        active=row["active"],
        next_ring_at=row["next_trigger_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
