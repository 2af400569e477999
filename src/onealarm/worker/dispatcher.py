"""A dispatch: one firing of a lane, carried out by a worker that lives no longer than its time budget.

It beats, claims its lane's jobs, earliest ring first, into a sliding window of slots, and leaves. So whatever ends it,
what it held goes back: by its own hand, or by its silence as with every worker.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final, Protocol
from uuid import uuid4

from onealarm.clock import Clock
from onealarm.control.classes import reach
from onealarm.control.schedules.lane import working_time
from onealarm.control.schedules.order import Order, Outcome
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Event, Events, JobBuried, JobDone, JobRetried, LaneEnded
from onealarm.ids import WorkerId
from onealarm.jobs.deadline import EXPECTED_WORK
from onealarm.jobs.job import Job
from onealarm.jobs.queue import JobQueue
from onealarm.jobs.report import NOTHING, WorkerReport
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor, Make
from onealarm.worker.heartbeat import BEAT, Heartbeat
from onealarm.worker.lane_batch import LaneBatch
from onealarm.worker.permits import LocalWork, Permits
from onealarm.worker.tally import Tally

DRAIN: Final = timedelta(seconds=30)
"""How long a dispatch goes on with what it holds when the process ends."""


class WaitingJobs(Protocol):
    """What is left to do. The implementation is ``onealarm.postgres.queue``."""

    async def count_due(self, *, advance: timedelta = timedelta()) -> int:
        """How many jobs wait that are due, ``advance`` earlier than usual."""
        ...


class Dispatcher:
    """Carries out orders; any number at once, here and in other processes: they share the queue.

    ``process`` is the worker in whose name segments are spoken. As long as any dispatch runs it beats: by itself where
    it ``beats`` so, else by the dispatch. ``time`` is the process's reckoning of the database's. ``advance`` is how
    much earlier than usual work may begin.
    """

    def __init__(
        self,
        *,
        queue: JobQueue,
        waiting: WaitingJobs,
        make: Make,
        process: WorkerId,
        beats: Callable[[], bool] = lambda: False,
        time: DatabaseTime,
        clock: Clock,
        events: Events,
        random: Random,
        batch: LaneBatch,
        permits: Permits | None = None,
        tally: Tally | None = None,
        advance: Callable[[], timedelta] = timedelta,
        drain: timedelta = DRAIN,
    ) -> None:
        self.queue = queue
        self.waiting = waiting
        self.make = make
        self.process = process
        self.beats = beats
        self.time = time
        self.clock = clock
        self.events = events
        self.random = random
        self.permits = permits or LocalWork()
        self.batch = batch
        self.tally = tally
        self.drain = drain
        self.usual = EXPECTED_WORK
        """What a job takes as a rule: a running mean, the last of eight having half of the weight."""
        self.stopping = asyncio.Event()
        self._advance = advance
        self._runs: dict[asyncio.Task[Outcome], Order] = {}
        self._has_run = False

    async def run(self, order: Order) -> Outcome:
        """Carry out an order. Raises ``DatabaseUnavailable`` when the database went away; then too nothing is held.

        A caller that is cancelled leaves the work to ``close``.
        """
        self._has_run = True
        task = asyncio.create_task(_Dispatch(self, order).run(), name=f"dispatch-{order.lane}")
        self._runs[task] = order
        task.add_done_callback(self._runs.pop)
        return await asyncio.shield(task)

    def stop(self) -> None:
        """Claim nothing more; what is held is finished within ``drain``, or given back."""
        self.stopping.set()

    async def close(self) -> None:
        """Stop, and wait until nothing is held. The process's worker must have ended, if it had one."""
        self.stop()
        while self._runs:
            await asyncio.wait(self._runs)
        if self._has_run and not self.beats():
            with contextlib.suppress(DatabaseUnavailable):  # then its silence says the same
                await self.queue.leave(self.process)

    @property
    def slots(self) -> int:
        """Jobs that its orders may work side by side at this moment."""
        return sum(order.concurrency for order in self._runs.values())

    def reach_of(self, order: Order) -> timedelta:
        return reach(order.priority, advance=self._advance())

    def worked(self, took: timedelta) -> None:
        self.usual += (max(timedelta(), took) - self.usual) / 8


class _Dispatch:
    """One order, under way."""

    def __init__(self, of: Dispatcher, order: Order) -> None:
        self._of = of
        self._order = order
        self._worker = WorkerId(uuid4())
        self._done = self._failed = 0
        self._worked = timedelta()
        self._claimed = 0
        self._batch = order.batch or 0
        self._held: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._ends_at = of.clock.now() + working_time(order.budget)
        self._executor = Executor(
            queue=of.queue,
            make=of.make,
            time=of.time,
            clock=of.clock,
            events=Events([self._tally, of.events.emit]),
            random=of.random,
        )

    async def run(self) -> Outcome:
        of, started = self._of, self._of.clock.now()
        if self._order.batch is None:
            self._batch = await of.batch.size()
        of.time.hear(await of.queue.beat(self._worker, advance=of.reach_of(self._order)))
        lively = [self._worker]
        if not of.beats():
            await of.queue.beat(of.process)
            lively.append(of.process)
        beating = [asyncio.create_task(self._beat(one)) for one in lively]
        over = asyncio.create_task(self._until_over())
        try:
            await self._work(over)
        finally:
            over.cancel()
            for task in self._held:
                task.cancel()
            await asyncio.gather(*self._held, return_exceptions=True)
            for beat in beating:
                beat.cancel()
            await asyncio.gather(*beating, return_exceptions=True)  # a beat after it left would bring it back
            with contextlib.suppress(DatabaseUnavailable):  # then its silence says the same
                await of.queue.leave(self._worker)
        if self._failure is not None:
            raise self._failure
        outcome = await self._outcome()
        of.events.emit(
            LaneEnded(
                self._order.lane,
                batch=self._batch,
                claimed=outcome.claimed,
                done=outcome.done,
                failed=outcome.failed,
                released=outcome.released,
                remaining=outcome.remaining,
                took=of.clock.now() - started,
            )
        )
        return outcome

    async def _work(self, over: asyncio.Task[None]) -> None:
        """A slot that is free is filled at once, whatever the others are at."""
        while not over.done():
            await self._fill()
            if not self._held:
                return
            await asyncio.wait({*self._held, over}, return_when=asyncio.FIRST_COMPLETED)

    async def _fill(self) -> None:
        free = min(self._order.concurrency - len(self._held), self._batch - self._claimed)
        enough = self._ends_at - self._of.clock.now() >= self._of.usual
        if free <= 0 or not enough or self._failure is not None or self._of.stopping.is_set():
            return
        try:
            jobs = await self._claim(free)
        except DatabaseUnavailable as error:  # what is held is finished all the same
            self._failure = error
            return
        self._claimed += len(jobs)
        for job in jobs:
            task = asyncio.create_task(self._execute(job), name=f"job-{job.id}")
            self._held.add(task)
            task.add_done_callback(self._ended)

    async def _claim(self, most: int) -> list[Job]:
        """As every worker: permits first, and no more jobs than there are of them."""
        granted = await self._of.permits.take(most)
        jobs: list[Job] = []
        try:
            if granted > 0:
                jobs = await self._of.queue.claim(self._worker, limit=granted, advance=self._of.reach_of(self._order))
        finally:
            self._of.permits.give_back(granted - len(jobs))
        return jobs

    async def _execute(self, job: Job) -> None:
        started = self._of.clock.now()
        await self._executor.execute(job)
        self._of.worked(self._of.clock.now() - started)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._held.discard(task)
        self._of.permits.ended(1)
        if not task.cancelled():
            self._failure = self._failure or task.exception()

    async def _until_over(self) -> None:
        """Until the time is up, or the process has been stopping for long enough."""
        end = asyncio.create_task(self._of.clock.sleep(self._ends_at - self._of.clock.now()))
        drained = asyncio.create_task(self._drain())
        try:
            await asyncio.wait({drained, end}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            drained.cancel()
            end.cancel()

    async def _drain(self) -> None:
        await self._of.stopping.wait()
        await self._of.clock.sleep(self._of.drain)

    async def _beat(self, worker: WorkerId) -> None:
        of = self._of
        advance: Callable[[], timedelta] = (lambda: of.reach_of(self._order)) if worker == self._worker else timedelta
        await of.clock.sleep(BEAT)  # it has beaten
        tally = of.tally if worker == of.process else None  # told once for all that the process does
        heartbeat = Heartbeat(of.queue, time=of.time, clock=of.clock, events=of.events, advance=advance, tally=tally)
        await heartbeat.run(worker, revived=lambda: None, report=lambda: self._report(worker))

    def _report(self, worker: WorkerId) -> WorkerReport:
        """The process's own worker does nothing here: it is kept alive for what its services hold."""
        if worker != self._worker:
            return NOTHING
        return WorkerReport(self._order.concurrency, len(self._held), self._done, self._failed, self._worked)

    def _tally(self, event: Event) -> None:
        if isinstance(event, JobDone):
            self._done += 1
            self._worked += event.took
        elif isinstance(event, JobRetried | JobBuried):
            self._failed += 1

    async def _outcome(self) -> Outcome:
        remaining = await self._of.waiting.count_due(advance=self._of.reach_of(self._order))
        released = self._claimed - self._done - self._failed
        return Outcome(self._claimed, self._done, self._failed, released, remaining)
