"""Which slice of the segment library was swept when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from onealarm.ids import LeaseToken, SegmentKey
from onealarm.maintenance.sweeper import KeptSegment
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("sweeps")


class PostgresSweeps:
    """Implements ``onealarm.maintenance.sweeper.Slices``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_slice(self, *, again_after: timedelta) -> str | None:
        part: str | None = await self._database.value(_SQL["claim_slice"], again_after)
        return part

    async def segments_of(self, part: str) -> Sequence[KeptSegment]:
        return [
            KeptSegment(SegmentKey(row["key"]), LeaseToken(row["token"]), row["size_bytes"])
            for row in await self._database.fetch(_SQL["list_slice"], part)
        ]
