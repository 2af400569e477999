"""The segment library in PostgreSQL: single flight for the whole fleet through one row per key."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import asyncpg

from onealarm.audio.segment import Segment
from onealarm.ids import LeaseToken, SegmentKey, WorkerId
from onealarm.pipeline.keeping import IN_DOUBT_AFTER, USE_NOTED_EVERY
from onealarm.pipeline.library import Charge, Found, Wanted
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("segments")


class PostgresSegments:
    """Implements ``onealarm.pipeline.library.SegmentLibrary``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_or_claim(
        self, wanted: Sequence[Wanted], *, worker: WorkerId, speaking: Collection[SegmentKey]
    ) -> Found:
        distinct = list({one.key: one for one in wanted}.values())
        rows = await self._database.fetch(
            _SQL["find_or_claim_segments"],
            [one.key for one in distinct],
            [one.engine for one in distinct],
            [one.voice for one in distinct],
            [one.text for one in distinct],
            worker,
            list(speaking),
            USE_NOTED_EVERY,
            IN_DOUBT_AFTER,
        )
        in_doubt = [row["key"] for row in rows if row["in_doubt"]]
        if in_doubt:
            used = await self._database.fetch(_SQL["use_segments"], in_doubt)
            rows = [row for row in rows if not row["in_doubt"]] + used
        ready: dict[SegmentKey, Segment] = {}
        ours: dict[SegmentKey, LeaseToken] = {}
        for row in rows:
            key = SegmentKey(row["key"])
            if row["frames"] is not None:
                ready[key] = _segment(row)
            elif row["token"] is not None:
                ours[key] = LeaseToken(row["token"])
        return Found(ready=ready, ours=ours)

    async def finish(self, segment: Segment, *, token: LeaseToken, charge: Charge | None = None) -> bool:
        row = await self._database.row(
            _SQL["finish_segment"],
            segment.key,
            token,
            segment.frames,
            segment.onset,
            segment.end,
            segment.size,
            segment.lufs,
            segment.true_peak_dbtp,
            *_columns(charge),
        )
        return row is not None and row["key"] is not None

    async def note_charge(self, charge: Charge) -> None:
        provider, model, *amounts = _columns(charge)
        await self._database.fetch(_SQL["note_charge"], provider, model, "passage", *amounts)

    async def abandon(self, key: SegmentKey, *, token: LeaseToken) -> None:
        await self._database.fetch(_SQL["abandon_segment"], key, token)

    async def find_gain(self, *, engine: str, voice: str, language: str) -> float | None:
        gain: float | None = await self._database.value(_SQL["find_gain"], engine, voice, language)
        return gain

    async def save_gain(self, gain_db: float, *, engine: str, voice: str, language: str) -> float:
        stored: float | None = await self._database.value(_SQL["save_gain"], engine, voice, language, gain_db)
        if stored is None:  # saved by another between our insert and our look: its row is visible now
            stored = await self.find_gain(engine=engine, voice=voice, language=language)
        assert stored is not None, "a gain is never deleted"
        return stored

    async def installation_secret(self) -> bytes:
        """The secret of this installation, under which the keys of personal segments are made."""
        secret: bytes = await self._database.value(_SQL["find_installation_secret"])
        return secret


def _columns(charge: Charge | None) -> tuple[object, ...]:
    if charge is None:
        return (None,) * 6
    return charge.provider, charge.model, charge.requests, charge.tokens, charge.characters, charge.usd


def _segment(row: asyncpg.Record) -> Segment:
    return Segment(
        key=SegmentKey(row["key"]),
        frames=row["frames"],
        onset=row["onset_sample"],
        end=row["end_sample"],
        size=row["size_bytes"],
        lufs=row["lufs"],
        true_peak_dbtp=row["true_peak"],
    )
