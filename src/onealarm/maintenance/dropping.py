"""Drop: delete objects and then their rows, while nobody else can speak or drop them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.clock import Clock
from onealarm.ids import LeaseToken, SegmentKey
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.ports import ObjectStore

Claims = Mapping[SegmentKey, LeaseToken]
"""Segments that are ours to drop, each with the token that says so."""

BATCH: Final = 100
"""Claimed at once: few enough to be dropped within ``_OURS_FOR``."""

_OURS_FOR: Final = timedelta(seconds=5)
"""After 15 s a claim is anybody's, and the segment may be spoken anew: who was paused longer deletes nothing more."""


def in_batches(keys: Sequence[SegmentKey]) -> Iterator[Sequence[SegmentKey]]:
    """The keys in portions that can be claimed at once."""
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))


class DroppedRows(Protocol):
    """The rows of what is dropped. The implementation is ``onealarm.postgres.dropping``."""

    async def delete_dropped(self, claims: Claims) -> int:
        """The objects are gone: delete the rows that are still ours; returns how many."""
        ...


class Dropper:
    """The object first, then the row: a crash in between leaves a row that says what is left to do."""

    def __init__(self, *, rows: DroppedRows, store: ObjectStore, clock: Clock) -> None:
        self._rows = rows
        self._store = store
        self._clock = clock

    async def drop(self, claims: Claims, *, claimed_at: datetime) -> int:
        """Drop what was claimed not before ``claimed_at``; returns how many. What is left is abandoned to others.

        Raises ``Retryable`` when an object cannot be deleted.
        """
        gone: dict[SegmentKey, LeaseToken] = {}
        try:
            for key, token in claims.items():
                if self._clock.now() - claimed_at > _OURS_FOR:
                    break
                await self._store.delete(object_name(key))
                gone[key] = token
        finally:
            dropped = await self._rows.delete_dropped(gone) if gone else 0
        return dropped
