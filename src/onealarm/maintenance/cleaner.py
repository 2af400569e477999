"""Removes what nobody needs any more: old audio and jobs, and what killed writers left behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.clock import Clock

_UNFINISHED_AFTER: Final = timedelta(hours=1)


class AgeingAudio(Protocol):
    """Published audio, as the cleaner needs it. The implementation is ``onealarm.postgres.audio``."""

    async def expire(self) -> int:
        """End what is older than 48 hours after its ring; returns how many."""
        ...


class OldJobs(Protocol):
    """Finished jobs, as the cleaner needs them. The implementation is ``onealarm.postgres.queue``."""

    async def forget(self) -> int:
        """Delete those older than a week; returns how many."""
        ...


class UnfinishedObjects(Protocol):
    """Half-written objects, as the cleaner needs them. The implementation is ``onealarm.stores.local``."""

    async def remove_unfinished(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove what no writer will finish; returns how many."""
        ...


class Forgetful(Protocol):
    """Something that is kept for some days: ``postgres.editions``, ``postgres.heard``."""

    async def forget(self) -> int:
        """Delete what is older; returns how many."""
        ...


class Cleaner:
    """Audio is kept for 48 hours after its ring, a finished job for a week, ``others`` as long as they say."""

    name = "cleaner"
    every = timedelta(minutes=10)

    def __init__(
        self,
        *,
        queue: OldJobs,
        audio: AgeingAudio,
        store: UnfinishedObjects,
        clock: Clock,
        others: Sequence[Forgetful] = (),
    ) -> None:
        self._queue = queue
        self._audio = audio
        self._store = store
        self._clock = clock
        self._others = others

    async def run_once(self) -> int:
        expired = await self._audio.expire()
        removed = await self._store.remove_unfinished(older_than=_UNFINISHED_AFTER, now=self._clock.now())
        forgotten = [await one.forget() for one in (self._queue, *self._others)]
        return expired + removed + sum(forgotten)
