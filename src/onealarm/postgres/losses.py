"""Lost sound in PostgreSQL: what is gone from the store is forgotten, and what held it is made again."""

from __future__ import annotations

from collections.abc import Sequence

from onealarm.ids import LeaseToken, SegmentKey
from onealarm.pipeline.play import Loss, LostSegment, Making
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("losses")


class PostgresLosses:
    """Implements ``onealarm.pipeline.play.Losses``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lose(self, lost: Sequence[LostSegment], *, found_in: Making | None = None) -> Loss:
        """All in one transaction; locks are taken from segments over alarms to audio."""
        async with self._database.connection() as connection, connection.transaction():
            forgotten = await connection.fetch(_SQL["forget_segments"], *_columns(lost))
            gone = [SegmentKey(row["key"]) for row in forgotten]
            making_of = {row["id"]: row["generated_at"] for row in await connection.fetch(_SQL["find_audio_of"], gone)}
            if found_in is not None:
                making_of[found_in.audio] = found_in.at
            await connection.execute(_SQL["lock_alarms"], list(making_of))
            briefings = await connection.fetchval(_SQL["supersede_audio"], list(making_of), list(making_of.values()))
        return Loss(segments=len(gone), briefings=briefings)


def _columns(lost: Sequence[LostSegment]) -> tuple[list[SegmentKey], list[LeaseToken | None], list[int | None]]:
    return [one.key for one in lost], [one.token for one in lost], [one.size for one in lost]
