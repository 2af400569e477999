"""A system in our own loop, on worker processes that start together."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from typing import Final

import uvloop

from onealarm.bench.loop import Record, drain_in_batches, drain_one_by_one
from onealarm.bench.subject import Drained, Filled, Order, Shape, Trial
from onealarm.bench.system import Session, System, Tally
from onealarm.errors import OneAlarmError
from onealarm.worker.memory import collect_seldom

CLAIMING_CONNECTIONS: Final = (4, 8, 16)
"""Per process, for one job per claim: with more, more commits share one write to the disk."""

_TO_BEGIN_AND_END: Final = timedelta(seconds=60)
_READY: Final = "ready"


@dataclass(frozen=True, slots=True)
class Own:
    """Implements ``onealarm.bench.subject.Subject`` for a ``System``."""

    system: System

    @property
    def name(self) -> str:
        return self.system.name

    def trials(self, shape: Shape) -> Sequence[Trial]:
        if shape == "batch":
            return ({"connections": 1},)
        return [{"connections": number} for number in CLAIMING_CONNECTIONS]

    async def prepare(self, url: str) -> str:
        return await self.system.prepare(url)

    async def fill(self, order: Order) -> Filled:
        session = await self.system.open_session(order.url)
        begin = time.monotonic()
        until = begin + order.limit.total_seconds()
        put = 0
        while put < order.jobs and time.monotonic() < until:
            some = min(order.batch, order.jobs - put)
            await session.enqueue(some)
            put += some
        took = timedelta(seconds=time.monotonic() - begin)
        await session.close()
        return Filled(put, took, order.batch)

    async def drain(self, order: Order) -> Drained:
        begin, records = await asyncio.to_thread(_on_processes, self.system, order)
        completed = sum(record.completed for record in records)
        lost = sum(record.claimed for record in records) - completed
        if lost or not completed:
            raise OneAlarmError(f"{completed} jobs were completed; of {lost} the lease was lost, though nobody took it")
        end = max(record.finished_at for record in records)
        claims_ms = [claim for record in records for claim in record.claims_ms]
        limited = any(record.limited for record in records)
        return Drained(timedelta(seconds=end - begin), order.batch, claims_ms, limited, completed)

    async def tally(self, url: str, *, filled: int) -> Tally:
        tally = await self.system.tally(url)
        found = tally.waiting + tally.leased + tally.done
        if found != filled:
            raise OneAlarmError(f"{filled} jobs were put in and {found} found")
        return tally


def _on_processes(system: System, order: Order) -> tuple[float, list[Record]]:
    """The instant of the start signal on the monotonic clock, and what each process did."""
    spawning = multiprocessing.get_context("spawn")
    processes: list[BaseProcess] = []
    pipes: list[Pipe] = []
    try:
        for _ in range(order.workers):
            pipe, theirs = spawning.Pipe()
            process = spawning.Process(target=_work, args=(theirs, system, order), daemon=True)
            process.start()
            theirs.close()  # so that its end is seen as the end of the pipe
            processes.append(process)
            pipes.append(pipe)
        for pipe in pipes:
            _receive(pipe, _TO_BEGIN_AND_END)
        begin = time.monotonic()
        for pipe in pipes:
            pipe.send(begin + order.limit.total_seconds())
        return begin, [_record(pipe, order.limit + _TO_BEGIN_AND_END) for pipe in pipes]
    finally:
        _end(processes)


def _record(pipe: Pipe, within: timedelta) -> Record:
    record = _receive(pipe, within)
    assert isinstance(record, Record), "what a worker sends last"
    return record


def _receive(pipe: Pipe, within: timedelta) -> object:
    try:
        if pipe.poll(within.total_seconds()):
            return pipe.recv()
    except (EOFError, OSError) as error:
        raise OneAlarmError("a worker process died; what it said is above") from error
    raise OneAlarmError(f"a worker process said nothing for {within.total_seconds():g} s")


def _end(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()


def _work(pipe: Pipe, system: System, order: Order) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    collect_seldom()  # as the product's worker does
    uvloop.run(_drain(pipe, system, order))


async def _drain(pipe: Pipe, system: System, order: Order) -> None:
    async with AsyncExitStack() as stack:

        async def session() -> Session:
            opened = await system.open_session(order.url)
            stack.push_async_callback(opened.close)
            return opened

        claimers = [await session() for _ in range(order.trial["connections"])]
        finisher = claimers[0] if order.shape == "batch" else await session()
        pipe.send(_READY)
        until: float = pipe.recv()
        if order.shape == "batch":
            record = await drain_in_batches(finisher, batch=order.batch, until=until)
        else:
            record = await drain_one_by_one(claimers, finisher, until=until)
    pipe.send(record)
