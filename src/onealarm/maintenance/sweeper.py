"""Sweeps the store: objects and rows that have lost each other are found, slice by slice, and made good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from onealarm.clock import Clock
from onealarm.events import Events, SoundLost
from onealarm.ids import LeaseToken, SegmentKey
from onealarm.maintenance.dropping import Claims, Dropper, in_batches
from onealarm.pipeline.objects import folder_of, key_of, object_name
from onealarm.pipeline.play import Losses, LostSegment
from onealarm.pipeline.ports import ObjectStore, StoredObject

_ORPHANED_FOR: Final = timedelta(hours=1)
"""Younger objects are left alone: whoever put one may be about to say so."""


@dataclass(frozen=True, slots=True)
class KeptSegment:
    """A row of the segment library. ``size`` in bytes, of one that is ready."""

    key: SegmentKey
    token: LeaseToken
    size: int | None


class Slices(Protocol):
    """The segment library by slices. The implementation is ``onealarm.postgres.sweeps``."""

    async def claim_slice(self, *, again_after: timedelta) -> str | None:
        """The slice that was swept longest ago, now ours; None when each was swept since ``again_after``."""
        ...

    async def segments_of(self, part: str) -> Sequence[KeptSegment]:
        """All rows of a slice, whatever their state."""
        ...


class Orphans(Protocol):
    """Claims on objects without a row. The implementation is ``onealarm.postgres.dropping``."""

    async def claim_orphans(self, keys: Sequence[SegmentKey]) -> Claims:
        """Of these, the ones that still have no row are ours to drop."""
        ...


class Sweeper:
    """One slice of 256 a run, each every six hours at most, however many processes run."""

    name = "sweeper"
    every = timedelta(minutes=1)
    AGAIN_AFTER: Final = timedelta(hours=6)

    def __init__(
        self,
        *,
        slices: Slices,
        orphans: Orphans,
        losses: Losses,
        dropper: Dropper,
        store: ObjectStore,
        clock: Clock,
        events: Events,
    ) -> None:
        self._slices = slices
        self._orphans = orphans
        self._losses = losses
        self._dropper = dropper
        self._store = store
        self._clock = clock
        self._events = events

    async def run_once(self) -> int:
        part = await self._slices.claim_slice(again_after=self.AGAIN_AFTER)
        return 0 if part is None else await self.sweep(part)

    async def sweep(self, part: str) -> int:
        """Look through one slice. The rows are read first: a segment that was ready then had its object before."""
        rows = {row.key: row for row in await self._slices.segments_of(part)}
        objects = {found.name: found for found in await self._store.objects(folder_of(part))}
        lost = [
            LostSegment(row.key, token=row.token)
            for row in rows.values()
            if row.size is not None and not _is_whole(row, objects)
        ]
        return await self._lose(lost) + await self._drop(self._orphaned(rows, objects))

    async def _lose(self, lost: Sequence[LostSegment]) -> int:
        if not lost:
            return 0
        loss = await self._losses.lose(lost)
        if loss.segments:
            self._events.emit(SoundLost("sweeper", segments=loss.segments, briefings=loss.briefings))
        return loss.segments

    def _orphaned(
        self, rows: Mapping[SegmentKey, KeptSegment], objects: Mapping[str, StoredObject]
    ) -> list[SegmentKey]:
        """Keys of old objects without a row. What is not named like a segment is not ours to judge."""
        before = self._clock.now() - _ORPHANED_FOR
        keys = (key_of(found.name) for found in objects.values() if found.changed_at < before)
        return [key for key in keys if key is not None and key not in rows]

    async def _drop(self, keys: Sequence[SegmentKey]) -> int:
        dropped = 0
        for some in in_batches(keys):
            began = self._clock.now()
            dropped += await self._dropper.drop(await self._orphans.claim_orphans(some), claimed_at=began)
        return dropped


def _is_whole(row: KeptSegment, objects: Mapping[str, StoredObject]) -> bool:
    found = objects.get(object_name(row.key))
    return found is not None and found.size == row.size
