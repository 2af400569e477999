"""Brings in users and alarms, many at a time. Ring and job are the triggers' doing, as for everybody who writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from onealarm.alarms.importing import Line, NewAlarm, NewUser
from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.postgres.database import Database
from onealarm.postgres.refusals import refusals
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

_SQL = statements("imports")


@dataclass(slots=True)
class Saved:
    """What became of some lines: how many users and alarms are new, how many lines brought nothing new, and which are
    refused and why.
    """

    users: int = 0
    alarms: int = 0
    already_there: int = 0
    refused: list[tuple[Line, BadInput]] = field(default_factory=list)

    def add(self, other: Self) -> None:
        self.users += other.users
        self.alarms += other.alarms
        self.already_there += other.already_there
        self.refused += other.refused


@dataclass(slots=True)
class _Chosen:
    """Of some lines what is to be saved: each user once, by the first line that tells of him, and each alarm once."""

    users: dict[UserId, NewUser] = field(default_factory=dict)
    alarms: dict[AlarmId, tuple[UserId, NewAlarm]] = field(default_factory=dict)
    saved: Saved = field(default_factory=Saved)


class PostgresImports:
    """What is there stays as it is. A line comes in whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, lines: Sequence[Line], *, after: Callable[[], Awaitable[object]] | None = None) -> Saved:
        """Save what the lines bring that is not there yet, in one transaction, or in several where some are refused.

        ``after`` returns when the lines before these are saved; it is called when one names a user who is not known.
        It may be repeated after any error. Raises ``DatabaseUnavailable``.
        """
        known = await self._known(lines)
        if after is not None and any(line.user is None and line.user_id not in known for line in lines):
            await after()
            known = await self._known(lines)
        chosen = _choose(lines, known)
        try:
            return await self._insert(chosen)
        except BadInput as error:
            if len(lines) == 1:
                return Saved(refused=[(lines[0], error)])
        # The half that is to blame is looked for, down to the line. All are chosen anew: another line may count now.
        middle = len(lines) // 2
        saved = await self.save(lines[:middle])
        saved.add(await self.save(lines[middle:]))
        return saved

    async def _known(self, lines: Iterable[Line]) -> Mapping[UUID, UUID | None]:
        """The ids of users and alarms that are there; an alarm's with its user's."""
        users = list({line.user_id for line in lines})
        alarms = [line.alarm.id for line in lines if line.alarm is not None]
        rows = await self._database.fetch(_SQL["list_known"], users, alarms)
        return {row["id"]: row["user_id"] for row in rows}

    async def _insert(self, chosen: _Chosen) -> Saved:
        """Raises ``BadInput``."""
        saved = chosen.saved
        if not chosen.users and not chosen.alarms:
            return saved
        async with self._database.connection() as connection, connection.transaction():
            with refusals():
                users = await _insert_users(connection, chosen.users)
                alarms = await _insert_alarms(connection, list(chosen.alarms.values()))
        saved.users, saved.alarms = users, alarms
        saved.already_there += len(chosen.alarms) - alarms  # somebody else has just brought them in
        return saved


def _choose(lines: Sequence[Line], known: Mapping[UUID, UUID | None]) -> _Chosen:
    chosen = _Chosen()
    for line in lines:
        is_new = line.user_id not in known and line.user_id not in chosen.users
        if is_new and line.user is None:
            chosen.saved.refused.append((line, _stranger(line)))
            continue
        alarm = line.alarm
        owner = None if alarm is None else _owner(alarm.id, known, chosen)
        if owner not in (None, line.user_id):
            chosen.saved.refused.append((line, _not_his()))
            continue
        if is_new and line.user is not None:
            chosen.users[line.user_id] = line.user
        if alarm is not None and owner is None:
            chosen.alarms[alarm.id] = line.user_id, alarm
        elif not is_new:
            chosen.saved.already_there += 1
    return chosen


def _owner(alarm_id: AlarmId, known: Mapping[UUID, UUID | None], chosen: _Chosen) -> UUID | None:
    if alarm_id in chosen.alarms:
        return chosen.alarms[alarm_id][0]
    return known.get(alarm_id)


def _stranger(line: Line) -> NotFound:
    return NotFound("user", f"{line.key!r} does not exist", "Give his timezone, on this line or on one before it")


def _not_his() -> BadInput:
    return BadInput("alarm", "is another user's", "Give a key of your own, or none")


async def _insert_users(connection: Connection, users: Mapping[UserId, NewUser]) -> int:
    if not users:
        return 0
    wanted = [user.preferences for user in users.values()]
    count: int = await connection.fetchval(
        _SQL["insert_users"],
        list(users),
        [user.email for user in users.values()],
        [one.name for one in wanted],
        [one.voice for one in wanted],
        [one.language for one in wanted],
        [one.timezone for one in wanted],
        [one.place_name for one in wanted],
        [one.latitude for one in wanted],
        [one.longitude for one in wanted],
        [one.country for one in wanted],
        [one.subdivision for one in wanted],
        [one.include_weather for one in wanted],
        [" ".join(one.feeds) for one in wanted],
    )
    return count


async def _insert_alarms(connection: Connection, alarms: Sequence[tuple[UserId, NewAlarm]]) -> int:
    if not alarms:
        return 0
    schedules = [alarm.schedule for _, alarm in alarms]
    count: int = await connection.fetchval(
        _SQL["insert_alarms"],
        [alarm.id for _, alarm in alarms],
        [user_id for user_id, _ in alarms],
        [alarm.label for _, alarm in alarms],
        [one.time for one in schedules],
        [one.date for one in schedules],
        [None if one.days is None else _array(one.days) for one in schedules],
        [one.timezone for one in schedules],
        [one.zone_mode for one in schedules],
        [one.active for one in schedules],
        [_array(one.skip_dates) for one in schedules],
        [None if one.pause is None else one.pause[0] for one in schedules],
        [None if one.pause is None else one.pause[1] for one in schedules],
        [one.skip_holidays for one in schedules],
        [one.snooze_minutes for one in schedules],
        [one.snooze_limit for one in schedules],
    )
    return count


def _array(values: Iterable[int | date]) -> str:
    """PostgreSQL's text of an array of what needs no quotes."""
    return "{" + ",".join(map(str, values)) + "}"
