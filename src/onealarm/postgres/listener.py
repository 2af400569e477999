"""Hears the database's hints, on a connection of its own that proves itself alive.

LISTEN can die without a word: behind a pooler that gives each transaction another session, and on a connection whose
other end has gone. So the listener sends itself a word now and then. When it does not come back, nobody is told for
hints to wait for, and the connection is made anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

import asyncpg

from onealarm.clock import Clock
from onealarm.events import Events, HintsHeard, HintsLost
from onealarm.jobs.frontier import BEGINNING, END, Hint, Place
from onealarm.postgres.pooling import is_pooled
from onealarm.postgres.unreachable import FAILURES

CHANNEL: Final = "onealarm_jobs"

PROOF: Final = timedelta(seconds=10)
"""Between two proofs of life."""

ANSWER: Final = timedelta(seconds=3)
"""How long a proof may take."""

_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(seconds=30)

_HINT: Final = re.compile(r"-?[0-9]+ [0-9]+ -?[0-9]+ [0-9]+( -?[0-9]+)?")
_LARGEST_ID: Final = 2**63 - 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Hearer(Protocol):
    """Who wants to know. The implementation is ``onealarm.worker.worker``."""

    def hear(self, hint: Hint) -> None:
        """There is something to claim."""
        ...

    def listen(self, *, is_heard: bool) -> None:
        """Whether hints are heard from now on. Those before may have been missed."""
        ...


class Listener:
    """Runs until cancelled. Where ``url`` is a transaction pooler's the proof fails, and that is told."""

    def __init__(
        self,
        url: str,
        *,
        hearer: Hearer,
        clock: Clock,
        events: Events,
        proof: timedelta = PROOF,
        answer: timedelta = ANSWER,
    ) -> None:
        self._url = url
        self._hearer = hearer
        self._clock = clock
        self._events = events
        self._proof = proof
        self._answer = answer
        self._is_heard: bool | None = None
        self._came_back = asyncio.Event()
        self._own_channel = f"onealarm_{uuid4().hex}"

    @property
    def is_heard(self) -> bool | None:
        """Whether hints are heard; None before it is known."""
        return self._is_heard

    async def run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            reason = "no answer came"
            try:
                async with self._connection() as (connection, closed), self._speaker(connection) as speaker:
                    while not closed.is_set() and await self._proves_alive(speaker):
                        self._tell(HintsHeard())
                        pause = _FIRST_PAUSE
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(closed.wait(), self._proof.total_seconds())
            except FAILURES as error:
                reason = type(error).__name__
            self._tell(HintsLost(reason))
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncpg.Connection[asyncpg.Record], asyncio.Event]]:
        """And an event that is set when it is closed."""
        closed = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=self._answer.total_seconds(), statement_cache_size=0)
        connection.add_termination_listener(lambda _: closed.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            await connection.add_listener(self._own_channel, self._heard_itself)
            yield connection, closed
        finally:
            connection.terminate()  # a polite end would wait for a server that may be gone

    @asynccontextmanager
    async def _speaker(
        self, connection: asyncpg.Connection[asyncpg.Record]
    ) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        """Who says the word. Through a pooler somebody else: its session might be the one that listens just now."""
        async with asyncio.timeout(self._answer.total_seconds()):
            if not await is_pooled(connection):
                speaker = connection
            else:
                speaker = await asyncpg.connect(self._url, statement_cache_size=0)
        try:
            yield speaker
        finally:
            speaker.terminate()

    async def _proves_alive(self, connection: asyncpg.Connection[asyncpg.Record]) -> bool:
        """Whether a word to itself comes back."""
        self._came_back.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._answer.total_seconds()):
                await connection.execute(f"notify {self._own_channel}")
                await self._came_back.wait()
                return True
        return False

    def _tell(self, event: HintsHeard | HintsLost) -> None:
        """Once, when it changes."""
        is_heard = isinstance(event, HintsHeard)
        if is_heard != self._is_heard:
            self._is_heard = is_heard
            self._hearer.listen(is_heard=is_heard)
            self._events.emit(event)

    def _heard(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        try:
            self._hearer.hear(read_hint(str(payload)))
        except ValueError:  # of a newer version perhaps, or anybody's: it is followed by looking everywhere
            self._hearer.listen(is_heard=bool(self._is_heard))

    def _heard_itself(self, *_said: object) -> None:
        self._came_back.set()


def read_hint(payload: str) -> Hint:
    """What ``onealarm.hint_jobs`` wrote: two places, and an instant if it is not now, in microseconds since 1970.

    Raises ``ValueError`` for anything else.
    """
    if not _HINT.fullmatch(payload):
        raise ValueError(f"{payload!r} is not a hint")
    from_ring, from_id, to_ring, to_id, *rest = map(int, payload.split())
    try:
        hint = Hint(
            Place(_instant(from_ring), from_id), Place(_instant(to_ring), to_id), _instant(rest[0]) if rest else None
        )
    except OverflowError as error:
        raise ValueError(f"{payload!r} is not a hint of this time") from error
    if not (hint.first > BEGINNING and hint.last < END and max(from_id, to_id) <= _LARGEST_ID):
        raise ValueError(f"{payload!r} is not a hint of any job")
    return hint


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
