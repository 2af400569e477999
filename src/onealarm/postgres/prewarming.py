"""Who is woken soon and hears the same, from the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from onealarm.ids import LeaseToken
from onealarm.jobs.job import Job
from onealarm.maintenance.prewarmer import Audience
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("prewarming")

_MOST_JOBS: Final = 20_000
"""That are looked at."""

_NOBODY: Final = LeaseToken(0)
"""The job is read, not held."""


class PostgresPrewarming:
    """Implements ``onealarm.maintenance.prewarmer.Audiences``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def coming(self, *, ahead: timedelta, most: int) -> Sequence[Audience]:
        rows = await self._database.fetch(_SQL["coming_audiences"], ahead, most, _MOST_JOBS)
        return [
            Audience(
                Job(
                    row["id"],
                    row["alarm_id"],
                    row["user_id"],
                    row["ring_at"],
                    row["due_at"],
                    attempt=0,
                    claimed_at=row["looked_at"],
                    lease_token=_NOBODY,
                ),
                row["alarms"],
            )
            for row in rows
        ]
