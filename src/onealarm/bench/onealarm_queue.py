"""``onealarm``: the queue of the product, through the same methods that its workers call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Final, Self, cast
from uuid import uuid4

from onealarm.bench.connecting import connected
from onealarm.bench.system import Tally
from onealarm.ids import WorkerId
from onealarm.jobs.frontier import EVERY, Frontier
from onealarm.jobs.job import Job
from onealarm.postgres.database import Database
from onealarm.postgres.migrate import migrate
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.statements import statements
from onealarm.worker.heartbeat import BEAT

_SQL: Final = statements("onealarm_queue", package="onealarm.bench")

_FIRST_RING: Final = timedelta(minutes=10)
"""From now: far enough that none comes while it is measured, near enough to be due."""

_BETWEEN_RINGS: Final = timedelta(milliseconds=10)
_RINGS: Final = 200_000
"""Within so many different rings, all of them due."""

_ALARMS_OF_A_USER: Final = 4


class QueueSession:
    """Implements ``onealarm.bench.system.Session``; a handle is a job. What is put in are alarms, triggers included."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue = PostgresQueue(database)
        self._worker = WorkerId(uuid4())
        self._frontier = Frontier(every=EVERY)
        self._first = datetime.now(UTC) + _FIRST_RING
        self._put = 0
        self._beat_at = float("-inf")

    @classmethod
    async def open(cls, url: str) -> Self:
        return cls(await Database.connect(url, size=1))

    async def enqueue(self, jobs: int) -> None:
        rings = [self._first + (self._put + n) % _RINGS * _BETWEEN_RINGS for n in range(jobs)]
        self._put += jobs
        users = [uuid4() for _ in range(0, jobs, _ALARMS_OF_A_USER)]
        owners = [users[n // _ALARMS_OF_A_USER] for n in range(jobs)]
        await self._database.fetch(_SQL["save_users"], users)
        await self._database.fetch(
            _SQL["save_alarms"], owners, [ring.time() for ring in rings], [ring.date() for ring in rings]
        )

    async def claim(self, most: int) -> Sequence[object]:
        if time.monotonic() - self._beat_at > BEAT.total_seconds():  # as a worker does
            await self._queue.beat(self._worker)
            self._beat_at = time.monotonic()
        jobs: list[Job] = []
        for stretch in self._frontier.stretches(datetime.now(UTC)):
            limit = most - len(jobs)
            found = await self._queue.claim(self._worker, limit=limit, stretch=stretch)
            self._frontier.took(stretch, found, limit=limit)
            jobs += found
            if len(jobs) >= most:
                break
        return jobs

    async def complete(self, handles: Sequence[object]) -> int:
        return len(await self._queue.finish(cast("Sequence[Job]", handles)))

    async def close(self) -> None:
        await self._database.close()


@dataclass(frozen=True, slots=True)
class OneAlarmQueue:
    """Implements ``onealarm.bench.system.System``."""

    name: str = "onealarm"

    async def prepare(self, url: str) -> str:
        await migrate(url)
        return version("onealarm")

    async def open_session(self, url: str) -> QueueSession:
        return await QueueSession.open(url)

    async def tally(self, url: str) -> Tally:
        async with connected(url) as connection:
            row = await connection.fetchrow(_SQL["count_jobs"])
        assert row is not None, "a count always has a row"
        return Tally(**row)
