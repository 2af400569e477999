"""Numbered migrations in plain SQL, zone rules and holidays, applied in one transaction under a lock.

All or nothing: a migration that fails leaves the database as it was, and of two starters the second waits and finds
the work done.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Final

import asyncpg

from onealarm.errors import SetupError
from onealarm.postgres.holiday_dates import load_holidays
from onealarm.postgres.unreachable import FAILURES, unreachable
from onealarm.postgres.zone_rules import load_zone_rules

_LOCK: Final = 0x0_1A_1A_12
_FILE_NAME: Final = re.compile(r"^(\d{4})_\w+\.sql$")
OLDEST_SERVER: Final = 150_000
"""PostgreSQL 15, as ``server_version_num`` tells it."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """The package's migrations in order."""
    found = []
    for file in resources.files("onealarm.postgres").joinpath("migrations").iterdir():
        match = _FILE_NAME.match(file.name)
        if match is not None:
            found.append(Migration(int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


LOCK_WAIT: Final = timedelta(seconds=5)
"""How long a migration waits for a lock. Whoever needs the table meanwhile waits behind it."""


async def migrate(url: str, *, lock_wait: timedelta = LOCK_WAIT) -> list[str]:
    """Bring the database at ``url`` up to date and return the names of what was applied (none when nothing was to do).

    Raises ``SetupError`` when the server is too old or unreachable, a statement fails, a lock is not to be had within
    ``lock_wait``, or an applied migration was edited since.
    """
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except FAILURES as error:
        raise unreachable(error) from error
    try:
        return await _bring_up_to_date(connection, lock_wait)
    except asyncpg.LockNotAvailableError as error:
        raise _in_use(lock_wait) from error
    except asyncpg.PostgresError as error:  # a full disk, a right that is missing, a schema that somebody else has made
        raise SetupError(
            f"The database could not be brought up to date: {error}", "It is unchanged; mend the cause and try again"
        ) from error
    finally:
        await connection.close()


def _in_use(lock_wait: timedelta) -> SetupError:
    return SetupError(
        f"The database could not be brought up to date: others held its tables for {lock_wait.total_seconds():g} s",
        "It is unchanged; end long transactions, such as a dump or a report"
        " (select pid, xact_start, query from pg_stat_activity order by xact_start), and run 'onealarm migrate' again",
    )


async def _bring_up_to_date(connection: asyncpg.Connection[asyncpg.Record], lock_wait: timedelta) -> list[str]:
    if int(await connection.fetchval("select current_setting('server_version_num')")) < OLDEST_SERVER:
        raise SetupError("The database server is too old", "OneAlarm needs PostgreSQL 15 or later")
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)  # another starter may take its time
        await connection.execute(
            "select set_config('lock_timeout', $1, true)", f"{round(lock_wait.total_seconds() * 1000)}ms"
        )
        applied = await _apply(connection)
        if await load_zone_rules(connection):
            applied.append("zone rules")
        if await load_holidays(connection, year=datetime.now(UTC).year):
            applied.append("public holidays")
        if await connection.fetchval(
            "select reltuples < 0 from pg_class where oid = to_regclass('onealarm.live_jobs')"
        ):
            # New, or of a restored dump. Where nothing is known of it, each claim would sort all that can be claimed.
            await connection.execute("analyze onealarm.live_jobs")
    return applied


async def _apply(connection: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    await connection.execute("create schema if not exists onealarm")
    await connection.execute(
        "create table if not exists onealarm.migrations (number integer primary key, name text not null,"
        " digest text not null, applied_at timestamptz not null default now())"
    )
    rows = await connection.fetch("select number, digest from onealarm.migrations")
    done = {row["number"]: row["digest"] for row in rows}
    applied = []
    for migration in migrations():
        digest = done.get(migration.number)
        if digest is None:
            await _apply_one(connection, migration)
            applied.append(migration.name)
        elif digest != migration.digest:
            raise SetupError(
                f"{migration.name} was changed after it was applied to this database",
                "Restore the file, and put the change into a migration of its own",
            )
    return applied


async def _apply_one(connection: asyncpg.Connection[asyncpg.Record], migration: Migration) -> None:
    try:
        await connection.execute(migration.sql)
    except asyncpg.LockNotAvailableError:
        raise
    except asyncpg.PostgresError as error:
        raise SetupError(
            f"{migration.name} failed: {error}",
            "The database is unchanged; mend the cause and run 'onealarm migrate' again",
        ) from error
    await connection.execute(
        "insert into onealarm.migrations (number, name, digest) values ($1, $2, $3)",
        migration.number,
        migration.name,
        migration.digest,
    )
