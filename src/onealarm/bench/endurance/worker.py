"""A worker process: the product's own worker and the services that a queue needs, with work that is nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Final

import uvloop

from onealarm.bench.endurance.notes import NoteBook
from onealarm.bench.endurance.wanted import CONNECTIONS_OF_A_WORKER
from onealarm.bench.no_op import no_op_worker
from onealarm.clock import SystemClock
from onealarm.errors import DatabaseUnavailable, SetupError
from onealarm.events import Event, Events, Observer, ResultRefused, ServiceRan
from onealarm.ids import WorkerId
from onealarm.jobs.frontier import EVERYWHERE, Stretch
from onealarm.jobs.job import Job
from onealarm.maintenance.expirer import Expirer
from onealarm.maintenance.rescuer import Rescuer
from onealarm.maintenance.service import keep_running
from onealarm.postgres.database import Database
from onealarm.postgres.listener import Listener
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.finder import Finder

READY: Final = "ready"
SLOTS: Final = 64
"""Enough that none waits for the batch which its end is written in."""

_TRIES_TO_CONNECT: Final = 600
_BETWEEN_TRIES: Final = 0.1


class NotingQueue(PostgresQueue):
    """The product's queue; notes how long its claims take, how late they are, and what ended."""

    def __init__(self, database: Database, book: NoteBook) -> None:
        super().__init__(database)
        self._book = book

    async def claim(
        self,
        worker: WorkerId,
        *,
        limit: int,
        advance: timedelta = timedelta(),
        stretch: Stretch = EVERYWHERE,
        begins: bool = True,
    ) -> list[Job]:
        began = time.perf_counter()
        jobs = await super().claim(worker, limit=limit, advance=advance, stretch=stretch, begins=begins)
        took_ms = (time.perf_counter() - began) * 1000
        now = datetime.now(UTC)
        self._book.claim(took_ms, ((now - job.due_at) / timedelta(milliseconds=1) for job in jobs))
        return jobs

    async def end(self, jobs: Sequence[Job]) -> list[bool]:
        """For each, whether its lease held."""
        kept = await self.finish(jobs)
        self._book.done(kept)
        return [job.id in kept for job in jobs]


def work(pipe: Pipe, url: str, notes: Path) -> None:
    """Until the other end of the pipe is closed: then stop in good order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent closes the pipe
    keep_driver_quiet()
    with NoteBook(notes) as book:
        uvloop.run(_work(pipe, url, book))


def keep_driver_quiet() -> None:
    """Its pools tell of each connection that they cannot restore; here the server is away on purpose."""
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)


async def _work(pipe: Pipe, url: str, book: NoteBook) -> None:
    database = await _connect(url)
    try:
        await _run(pipe, url, NotingQueue(database, book), Events([_noting(book)]))
    finally:
        await database.close()


async def _run(pipe: Pipe, url: str, queue: NotingQueue, events: Events) -> None:
    clock = SystemClock()
    worker = no_op_worker(queue, end=queue.end, events=events, slots=SLOTS)
    with contextlib.suppress(DatabaseUnavailable):  # the heartbeat goes on trying
        await queue.beat(worker.id)  # what the services claim is a living worker's
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(pipe.fileno())
        worker.stop()

    async with asyncio.TaskGroup() as group:
        beside = [
            group.create_task(Listener(url, hearer=worker, clock=clock, events=events).run()),
            group.create_task(keep_running(Finder(queue, hear=worker.hear), clock=clock, events=events)),
            group.create_task(keep_running(Rescuer(queue, by=worker.id), clock=clock, events=events)),
            group.create_task(keep_running(Expirer(queue), clock=clock, events=events)),
        ]
        loop.add_reader(pipe.fileno(), stop)
        with contextlib.suppress(OSError):  # closed already: the reader sees it
            pipe.send(READY)
        await worker.run()
        for task in beside:
            task.cancel()


def _noting(book: NoteBook) -> Observer:
    def note(event: Event) -> None:
        if isinstance(event, ResultRefused):
            book.count("refused")
        elif isinstance(event, ServiceRan):
            book.count(event.service, event.changed)

    return note


async def _connect(url: str) -> Database:
    """As whoever starts a worker does: again, while the server is away."""
    for _ in range(_TRIES_TO_CONNECT):
        try:
            return await Database.connect(url, size=CONNECTIONS_OF_A_WORKER - 1)
        except SetupError:
            await asyncio.sleep(_BETWEEN_TRIES)
    return await Database.connect(url, size=CONNECTIONS_OF_A_WORKER - 1)
