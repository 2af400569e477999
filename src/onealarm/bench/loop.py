"""The loops of a worker process: claim, complete, and note how long each claim took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from onealarm.bench.system import Session

_GATHERED: Final = 1000
_GATHERING: Final = timedelta(milliseconds=50)
"""Single completions are written together: as soon as there are so many, or after so long."""


@dataclass(slots=True)
class Record:
    """What one process did. ``finished_at`` is the monotonic clock in seconds, which all processes share.

    ``limited``: it stopped because its time was over.
    """

    completed: int = 0
    claimed: int = 0
    finished_at: float = 0.0
    limited: bool = False
    claims_ms: list[float] = field(default_factory=list)


async def drain_in_batches(session: Session, *, batch: int, until: float) -> Record:
    """Claim a batch, complete it, and again, until nothing is waiting or the monotonic clock shows ``until``."""
    record = Record()
    while handles := await _claim(session, batch, record, until):
        await _complete(session, handles, record)
    return record


async def drain_one_by_one(claimers: Sequence[Session], finisher: Session, *, until: float) -> Record:
    """One job per claim, on several connections; completions are gathered and written on one more."""
    record = Record()
    gathered: list[object] = []
    enough, over = asyncio.Event(), asyncio.Event()

    async def claim(session: Session) -> None:
        while handles := await _claim(session, 1, record, until):
            gathered.extend(handles)
            if len(gathered) >= _GATHERED:
                enough.set()

    async def finish() -> None:
        while gathered or not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), _GATHERING.total_seconds())
            enough.clear()
            handles = gathered[:]
            gathered.clear()
            if handles:
                await _complete(finisher, handles, record)

    async with asyncio.TaskGroup() as group:
        group.create_task(finish())
        await asyncio.gather(*map(claim, claimers))
        over.set()
        enough.set()
    return record


async def _claim(session: Session, most: int, record: Record, until: float) -> Sequence[object]:
    begin = time.monotonic()
    if begin >= until:
        record.limited = True
        return ()
    handles = await session.claim(most)
    if handles:
        record.claims_ms.append((time.monotonic() - begin) * 1000)
        record.claimed += len(handles)
    return handles


async def _complete(session: Session, handles: Sequence[object], record: Record) -> None:
    record.completed += await session.complete(handles)
    record.finished_at = time.monotonic()
