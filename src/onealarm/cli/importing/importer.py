"""Brings a file in: while chunks are being saved the next one is read, and a database that is away is waited for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from onealarm.alarms.importing import Line
from onealarm.cli.importing.chunks import Chunk
from onealarm.cli.importing.columns import as_column
from onealarm.cli.importing.rejects import Rejects
from onealarm.clock import Clock
from onealarm.errors import BadInput, DatabaseUnavailable
from onealarm.postgres.imports import Saved

IN_FLIGHT: Final = 2
"""Chunks that are being saved at the same time, each in its own session of the database."""

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 5, 10, 20, 20))
"""Before a chunk is tried again: about a minute in all, in which a server has started again."""


class Saver(Protocol):
    """Saves lines as ``PostgresImports`` does."""

    async def save(self, lines: Sequence[Line], *, after: Callable[[], Awaitable[object]] | None = None) -> Saved: ...


@dataclass(slots=True)
class Tally:
    """What became of the lines of a file so far."""

    lines: int = 0
    users: int = 0
    alarms: int = 0
    already_there: int = 0


class Importer:
    """Saves chunks, counts, and hands on what is refused, in the order of the file."""

    def __init__(self, saver: Saver, rejects: Rejects, *, clock: Clock, seen: Callable[[Chunk], None]) -> None:
        """``seen`` is called with each chunk that is done."""
        self._saver = saver
        self._rejects = rejects
        self._clock = clock
        self._seen = seen
        self.tally = Tally()

    async def run(self, chunks: Iterator[Chunk]) -> Tally:
        """Save all chunks. Raises ``DatabaseUnavailable`` when the database stays away, and what reading raises."""
        saving: deque[tuple[Chunk, asyncio.Task[Saved]]] = deque()
        try:
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                while len(saving) >= IN_FLIGHT:
                    await self._take(*saving.popleft())
                before = saving[-1][1] if saving else None
                saving.append((chunk, asyncio.create_task(self._save(chunk, before))))
            while saving:
                await self._take(*saving.popleft())
        finally:
            for _, task in saving:
                task.cancel()
            await asyncio.gather(*(task for _, task in saving), return_exceptions=True)
        return self.tally

    async def _save(self, chunk: Chunk, before: asyncio.Task[Saved] | None) -> Saved:
        async def after() -> None:
            if before is not None:
                await asyncio.wait([before])

        for pause in PAUSES:
            try:
                return await self._saver.save(chunk.lines, after=after)
            except DatabaseUnavailable:
                await self._clock.sleep(pause)
        try:
            return await self._saver.save(chunk.lines, after=after)
        except DatabaseUnavailable as error:
            raise DatabaseUnavailable(
                f"{error}, and stayed away. The lines before {min(chunk.records)} are in:"
                " when it is back, run the same import again, and it goes on where it was"
            ) from error

    async def _take(self, chunk: Chunk, task: asyncio.Task[Saved]) -> None:
        saved = await task
        self.tally.lines += len(chunk.records)
        self.tally.users += saved.users
        self.tally.alarms += saved.alarms
        self.tally.already_there += saved.already_there
        refused = [*chunk.refused, *((line.number, _by_column(line, error)) for line, error in saved.refused)]
        for number, error in sorted(refused, key=lambda one: one[0]):
            self._rejects.add(chunk.records[number], str(error))
        self._seen(chunk)


def _by_column(line: Line, error: BadInput) -> BadInput:
    return as_column(error, zone=line.alarm is not None and line.alarm.schedule.timezone is not None)
