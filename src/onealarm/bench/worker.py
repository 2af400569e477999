"""One worker process: how many jobs it gets through, and how soon it begins one that comes due now."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import uvloop
from prometheus_client import CollectorRegistry

from onealarm.bench.connecting import connected
from onealarm.bench.figures import percentile, rounded
from onealarm.bench.fill import put_in_due
from onealarm.bench.no_op import no_op_worker
from onealarm.bench.server import BenchServer
from onealarm.clock import SystemClock
from onealarm.errors import BadInput, OneAlarmError
from onealarm.events import Events
from onealarm.jobs.job import Job
from onealarm.postgres.database import Database
from onealarm.postgres.listener import Listener
from onealarm.postgres.migrate import migrate
from onealarm.postgres.queue import PostgresQueue
from onealarm.telemetry.metrics import Metrics
from onealarm.worker.memory import collect_seldom

_CHUNK: Final = 10_000
_TICK: Final = timedelta(milliseconds=10)
_CONNECTIONS: Final = 6
_RATE_UNHEARD: Final = 50
_FOR_ALL: Final = timedelta(minutes=5)
"""What is not done by then is not done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """``jobs`` to get through, on ``slots``; then jobs that come due for ``seconds``, at half of the rate found."""

    jobs: int
    slots: int
    seconds: int

    @classmethod
    def checked(cls, *, jobs: int, slots: int, seconds: int) -> Self:
        """From what was typed. Raises ``BadInput``."""
        for option, number in (("--jobs", jobs), ("--slots", slots), ("--seconds", seconds)):
            if number < 1:
                raise BadInput(option, f"{number} is less than one", "Give at least 1")
        return cls(jobs, slots, seconds)


@dataclass(frozen=True, slots=True)
class PickUp:
    """From when a job was put in, due now, to when work on it began. ``hints_heard``: the metric at the end."""

    jobs: int
    jobs_per_second: int
    p50_ms: float | None
    p99_ms: float | None
    longest_ms: float | None
    hints_heard: float


@dataclass(frozen=True, slots=True)
class Worked:
    jobs: int
    jobs_per_second: float
    pick_up: PickUp
    pick_up_without_hints: PickUp


async def measure_worker(server: BenchServer, wanted: Wanted, *, progress: Callable[[str], None]) -> Worked:
    """All three, each in a migrated database of its own, with the worker in this process."""
    collect_seldom()
    async with server.database("bench_worker") as url:
        await migrate(url)
        progress(f"{wanted.jobs:,} jobs are put in and worked")
        per_second = await _throughput(server, url, wanted)
    found = []
    for heard, rate in ((True, max(1, round(per_second / 2))), (False, _RATE_UNHEARD)):
        async with server.database("bench_pick_up") as url:
            await migrate(url)
            progress(f"{rate:,} jobs a second come due, for {wanted.seconds} s{'' if heard else ', without hints'}")
            found.append(await _pick_up(url, wanted, rate=rate, heard=heard))
    return Worked(wanted.jobs, round(per_second, 1), *found)


class _Progress:
    """What has begun and ended in this process."""

    def __init__(self, queue: PostgresQueue, *, until: int) -> None:
        self._queue = queue
        self._left = until
        self.all_ended = asyncio.Event()
        self.delays_ms: list[float] = []

    def begun(self, job: Job) -> None:
        self.delays_ms.append((datetime.now(UTC) - job.due_at) / timedelta(milliseconds=1))

    async def end(self, jobs: Sequence[Job]) -> list[bool]:
        kept = await self._queue.finish(jobs)
        self._left -= len(kept)
        if self._left <= 0:
            self.all_ended.set()
        return [job.id in kept for job in jobs]


@asynccontextmanager
async def _working(url: str, *, jobs: int, slots: int, heard: bool = True) -> AsyncIterator[tuple[_Progress, Metrics]]:
    """The worker runs as long as the block does, which ends when so many jobs have."""
    database = await Database.connect(url, size=_CONNECTIONS)
    try:
        queue, metrics, clock = PostgresQueue(database), Metrics(CollectorRegistry()), SystemClock()
        events, progress = Events([metrics]), _Progress(queue, until=jobs)
        worker = no_op_worker(queue, end=progress.end, events=events, slots=slots, begun=progress.begun)
        await queue.beat(worker.id)
        async with asyncio.TaskGroup() as group:
            listening = asyncio.create_task(Listener(url, hearer=worker, clock=clock, events=events).run())
            if not heard:
                listening.cancel()
            group.create_task(worker.run())
            try:
                yield progress, metrics
                async with asyncio.timeout(_FOR_ALL.total_seconds()):
                    await progress.all_ended.wait()
            except TimeoutError as error:
                raise OneAlarmError(f"not all of {jobs} jobs were done within {_FOR_ALL}") from error
            finally:
                listening.cancel()
                worker.stop()
    finally:
        await database.close()


async def _throughput(server: BenchServer, url: str, wanted: Wanted) -> float:
    async with connected(url) as connection:
        for put in range(0, wanted.jobs, _CHUNK):
            await put_in_due(connection, min(_CHUNK, wanted.jobs - put))
    await server.settle(url, filled=True)
    begin = time.monotonic()
    async with _working(url, jobs=wanted.jobs, slots=wanted.slots) as (progress, _):
        await progress.all_ended.wait()
        took = time.monotonic() - begin
    return wanted.jobs / took


async def _pick_up(url: str, wanted: Wanted, *, rate: int, heard: bool) -> PickUp:
    jobs = rate * wanted.seconds
    async with _working(url, jobs=jobs, slots=wanted.slots, heard=heard) as (progress, metrics):
        await asyncio.sleep(1)  # for the first look, and for the listener
        process = multiprocessing.get_context("spawn").Process(target=_put_in, args=(url, rate, jobs), daemon=True)
        process.start()
    await asyncio.to_thread(process.join)
    delays = progress.delays_ms
    return PickUp(
        jobs=len(delays),
        jobs_per_second=rate,
        p50_ms=rounded(percentile(delays, 0.5), 2),
        p99_ms=rounded(percentile(delays, 0.99), 2),
        longest_ms=rounded(max(delays, default=None), 2),
        hints_heard=metrics.registry.get_sample_value("onealarm_hints_heard") or 0.0,
    )


def _put_in(url: str, rate: int, jobs: int) -> None:
    uvloop.run(_put_in_at_a_pace(url, rate, jobs))


async def _put_in_at_a_pace(url: str, rate: int, jobs: int) -> None:
    """What has come due is put in every ten milliseconds, whatever became of what was put in before."""
    async with connected(url) as connection:
        begin, put = time.monotonic(), 0
        while put < jobs:
            due = min(jobs, int((time.monotonic() - begin) * rate))
            if due > put:
                await put_in_due(connection, due - put)
                put = due
            await asyncio.sleep(_TICK.total_seconds())
