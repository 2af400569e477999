"""Sound that the database knows and the disk no longer has."""

from __future__ import annotations

from collections.abc import Collection

from onealarm.ids import AudioId, SegmentKey
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("lost_sound")


async def forget_lost_sound(database: Database, *, stock: Collection[AudioId], keys: Collection[SegmentKey]) -> int:
    """Forget stock briefings and segments, so that they are spoken again; returns how many segments."""
    return len(await database.fetch(_SQL["forget_lost_sound"], list(stock), list(keys)))
