"""Whose personal segments are."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence

import asyncpg

from onealarm.ids import SegmentKey, UserId
from onealarm.jobs.job import Job
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("owners")


class PostgresOwners:
    """Writes down before each publishing who needs its personal segments: they go with their last user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, job: Job, keys: Collection[SegmentKey]) -> int | None:
        """How many of the segments are there, the personal ones now held for the job's user; None: the lease is lost.

        A statement of its own, because a publishing that locked segments too would be in the way of a user's deletion.
        What it writes harms nobody when no publishing follows: the segment then goes when it is unused.
        """
        try:
            there: int | None = await self._database.value(
                _SQL["hold_segments"], job.id, job.lease_token, list(set(keys))
            )
        except asyncpg.ForeignKeyViolationError:  # the user is gone, and the job with him
            return None
        return there

    async def hold_for(self, user_id: UserId, keys: Sequence[SegmentKey]) -> None:
        """As ``onealarm.delivery.clips.ClipOwners`` promises."""
        with contextlib.suppress(asyncpg.ForeignKeyViolationError):  # he is leaving at this moment
            await self._database.fetch(_SQL["hold_for_user"], user_id, list(keys))
