"""Brings in users and alarms, many at a time. Ring and job are the triggers' doing, as for everybody who writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from onealarm.alarms.importing import Line, NewAlarm, NewUser, Schedule
from onealarm.alarms.next_ring import instant_of
from onealarm.alarms.zones import zone_names
from onealarm.errors import BadInput, NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.postgres.database import Database
from onealarm.postgres.refusals import BY_CONSTRAINT, refusals
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there of that which some lines name: users with their zones, whose an alarm is, whose an address."""

    now: datetime
    users: Mapping[UserId, str]
    alarms: Mapping[AlarmId, UserId]
    emails: Mapping[str, UserId]


@dataclass(slots=True)
class _Chosen:
    """Of some lines what is to be saved: each user once, by the first line that tells of him, and each alarm once."""

    users: dict[UserId, NewUser] = field(default_factory=dict)
    alarms: dict[AlarmId, tuple[UserId, NewAlarm]] = field(default_factory=dict)
    emails: dict[str, UserId] = field(default_factory=dict)
    alone: set[UserId] = field(default_factory=set)
    """Users who are all that their line brings."""

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
        if after is not None and any(line.user is None and line.user_id not in known.users for line in lines):
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

    async def _known(self, lines: Sequence[Line]) -> _Known:
        """Alarms first: whose alarm is found is found then, too."""
        wanted = [line.alarm.id for line in lines if line.alarm is not None]
        alarms = await self._database.fetch(_SQL["list_known_alarms"], wanted)
        users = await self._database.fetch(
            _SQL["list_known_users"],
            list({line.user_id for line in lines}),
            list({line.user.email for line in lines if line.user is not None and line.user.email is not None}),
        )
        return _Known(
            now=await self._database.value(_SQL["read_clock"]),
            users={row["id"]: row["timezone"] for row in users},
            alarms={row["id"]: row["user_id"] for row in alarms},
            emails={row["email"]: row["id"] for row in users if row["email"] is not None},
        )

    async def _insert(self, chosen: _Chosen) -> Saved:
        """Raises ``BadInput``."""
        saved = chosen.saved
        if not chosen.users and not chosen.alarms:
            return saved
        async with self._database.connection() as connection, connection.transaction():
            with refusals():
                users = await _insert_users(connection, chosen.users)
                alarms = await _insert_alarms(connection, list(chosen.alarms.values()))
        saved.users, saved.alarms = len(users), alarms
        # The rest has just been brought in by somebody else.
        saved.already_there += len(chosen.alarms) - alarms + len(chosen.alone - users)
        return saved


def _choose(lines: Sequence[Line], known: _Known) -> _Chosen:
    """Lines that are refused for what is common in old files are told here; the rest is the database's to judge."""
    chosen = _Chosen()
    for line in lines:
        try:
            _add(line, chosen, known)
        except BadInput as error:
            chosen.saved.refused.append((line, error))
    return chosen


def _add(line: Line, chosen: _Chosen, known: _Known) -> None:
    """Raises ``BadInput``, and has then added nothing."""
    new = None if line.user_id in known.users or line.user_id in chosen.users else _new_user(line, chosen, known)
    alarm = None if line.alarm is None or _is_there(line.alarm, line, chosen, known) else line.alarm
    if alarm is not None:
        _refuse_passed(alarm.schedule, _zone_of(line, chosen, known), known.now)
        chosen.alarms[alarm.id] = line.user_id, alarm
    if new is not None:
        chosen.users[line.user_id] = new
        if new.email is not None:
            chosen.emails[new.email] = line.user_id
        if line.alarm is None:
            chosen.alone.add(line.user_id)
    if alarm is None and new is None:
        chosen.saved.already_there += 1


def _new_user(line: Line, chosen: _Chosen, known: _Known) -> NewUser:
    """Raises ``BadInput`` where the line does not tell of him, and where his address is another user's."""
    if line.user is None:
        raise NotFound("user", f"{line.key!r} does not exist", "Give his timezone, on this line or on one before it")
    email = line.user.email
    if email is not None and (email in known.emails or email in chosen.emails):
        raise BadInput(*BY_CONSTRAINT["users_email_key"])
    return line.user


def _is_there(alarm: NewAlarm, line: Line, chosen: _Chosen, known: _Known) -> bool:
    """Raises ``BadInput`` where it is another user's."""
    owner = chosen.alarms[alarm.id][0] if alarm.id in chosen.alarms else known.alarms.get(alarm.id)
    if owner not in (None, line.user_id):
        raise BadInput("alarm", "is another user's", "Give a key of your own, or none")
    return owner is not None


def _zone_of(line: Line, chosen: _Chosen, known: _Known) -> str:
    """Of the user of a line that is not refused."""
    if line.user_id in known.users:
        return known.users[line.user_id]
    user = chosen.users.get(line.user_id) or line.user
    assert user is not None, "who is not known is told of"
    return user.preferences.timezone


def _refuse_passed(schedule: Schedule, own_zone: str, now: datetime) -> None:
    """Raises ``BadInput`` as the database does for a one-off whose date has passed."""
    if schedule.date is None or schedule.days is not None or not schedule.active:
        return
    zone = schedule.timezone or own_zone
    if zone in zone_names() and instant_of(datetime.combine(schedule.date, schedule.time), zone) <= now:
        remedy = "Give a later date, or none for the next time the clock shows this time"
        raise BadInput("date", f"{schedule.date} {schedule.time.isoformat()} has passed in {zone}", remedy)


async def _insert_users(connection: Connection, users: Mapping[UserId, NewUser]) -> set[UserId]:
    """Returns who is new."""
    if not users:
        return set()
    wanted = [user.preferences for user in users.values()]
    rows = await connection.fetch(
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
    return {row["user_id"] for row in rows}


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
