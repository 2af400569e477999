"""All that is kept about a user, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import asyncpg

from onealarm.errors import NotFound
from onealarm.ids import UserId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

_SQL = statements("export")


class PostgresExport:
    """Reads whole rows, so that a column added later is in the export too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_user(self, user_id: UserId) -> dict[str, Any]:
        """One state of the database: values are rows, or lists of rows. Raises ``NotFound``."""
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            user = await _one(connection, _SQL["find_user"], user_id)
            if user is None:
                raise NotFound("user", f"{user_id} does not exist", "List the users to see their ids")
            return {
                "user": user,
                "preferences": await _one(connection, _SQL["find_preferences"], user_id),
                "weather": await _one(connection, _SQL["find_weather"], user_id),
                "alarms": await _all(connection, _SQL["list_alarms"], user_id),
                "snoozes": await _all(connection, _SQL["list_snoozes"], user_id),
                "jobs": await _all(connection, _SQL["list_jobs"], user_id),
                "audio": [_with_transcript(row) for row in await _all(connection, _SQL["list_audio"], user_id)],
                "logs": await _all(connection, _SQL["list_logs"], user_id),
                "tokens": await _all(connection, _SQL["list_tokens"], user_id),
                "feeds": await _all(connection, _SQL["list_feeds"], user_id),
                "reactions": await _all(connection, _SQL["list_reactions"], user_id),
                "segments": await _all(connection, _SQL["list_segments"], user_id),
                "heard": await _all(connection, _SQL["list_heard"], user_id),
            }


async def _one(connection: Connection, statement: str, user_id: UserId) -> dict[str, Any] | None:
    row: asyncpg.Record | None = await connection.fetchrow(statement, user_id)
    return None if row is None else dict(row)


async def _all(connection: Connection, statement: str, user_id: UserId) -> list[dict[str, Any]]:
    rows: Sequence[asyncpg.Record] = await connection.fetch(statement, user_id)
    return [dict(row) for row in rows]


def _with_transcript(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"transcript": "\n\n".join(section["display"] for section in row["sections"])}
