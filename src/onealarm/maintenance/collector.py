"""Collects segments that nobody needs any more: unused ones, and personal ones without an owner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from onealarm.clock import Clock
from onealarm.ids import SegmentKey
from onealarm.maintenance.dropping import BATCH, Claims, Dropper, in_batches
from onealarm.pipeline.keeping import OWNERLESS_KEPT, UNUSED_KEPT


class Droppable(Protocol):
    """Claims on what may go; from then on it is ``dropping``. The implementation is ``onealarm.postgres.dropping``."""

    async def claim_abandoned(self, *, limit: int) -> Claims:
        """What another began to drop and did not finish."""
        ...

    async def claim_ownerless(self, *, unused_for: timedelta, limit: int) -> Claims:
        """Personal segments that are nobody's."""
        ...

    async def claim_unused(self, *, unused_for: timedelta, limit: int) -> Claims:
        """Whatever was not used for so long, except the stock."""
        ...

    async def claim_left_behind(self, keys: Sequence[SegmentKey]) -> Claims:
        """Of these, the personal ones that are nobody's by now, whenever they were used."""
        ...


class Collector:
    """The order is by need: what another began first, then what belongs to nobody, then what is old."""

    name = "collector"
    every = timedelta(minutes=10)

    def __init__(self, *, segments: Droppable, dropper: Dropper, clock: Clock) -> None:
        self._segments = segments
        self._dropper = dropper
        self._clock = clock

    async def run_once(self) -> int:
        segments = self._segments
        abandoned = await self._drop_all(lambda: segments.claim_abandoned(limit=BATCH))
        ownerless = await self._drop_all(lambda: segments.claim_ownerless(unused_for=OWNERLESS_KEPT, limit=BATCH))
        unused = await self._drop_all(lambda: segments.claim_unused(unused_for=UNUSED_KEPT, limit=BATCH))
        return abandoned + ownerless + unused

    async def drop_left_behind(self, keys: Sequence[SegmentKey]) -> int:
        """Drop at once what a deleted user has left behind, unless it is another's too; returns how many."""
        dropped = 0
        for some in in_batches(keys):
            began = self._clock.now()
            dropped += await self._dropper.drop(await self._segments.claim_left_behind(some), claimed_at=began)
        return dropped

    async def _drop_all(self, claim: Callable[[], Awaitable[Claims]]) -> int:
        total = 0
        while True:
            began = self._clock.now()
            claims = await claim()
            total += await self._dropper.drop(claims, claimed_at=began)
            if len(claims) < BATCH:
                return total
