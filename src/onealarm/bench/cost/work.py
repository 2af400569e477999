"""One worker process: the product's own pipeline, queue and library, with content and providers of the bench."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Final, TypeVar
from uuid import uuid4

import uvloop

from onealarm.bench.cost import content
from onealarm.bench.cost.providers import Bill, CountingVoice, Naive
from onealarm.bench.cost.writing import CountingWriter, HolidayGather, Sections
from onealarm.clock import SystemClock
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.jobs.job import Job
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.newsroom import Desks, Newsroom
from onealarm.pipeline.pipeline import Pipeline
from onealarm.pipeline.speak import Speaker
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.editions import PostgresEditions
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.wishes import PostgresWishes
from onealarm.stores.local import LocalStore
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.follower import Follower
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.memory import collect_seldom
from onealarm.worker.publishing import BatchedPublisher
from onealarm.worker.tiers import OrderedTiers
from onealarm.worker.worker import Worker, WorkerSettings
from onealarm.writers.template import TemplateWriter

T = TypeVar("T")

AHEAD: Final = timedelta(days=4)
"""How much earlier than usual work begins, so that a day of rings can be made in minutes."""

_CONNECTIONS: Final = 12

PATIENCE: Final = timedelta(minutes=5)
"""With content that is still being collected: what is counted is money, not time."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process works on: the rings of ``day``, told by its ``edition``, until it is asked to end."""

    url: str
    store: Path
    bill: Path
    day: date
    edition: int
    slots: int


class InThisProcess:
    """Implements ``Processes`` where the worker processes keep all cores busy by themselves."""

    async def run(self, function: Callable[..., T], *arguments: object, within: timedelta) -> T:
        del within
        return function(*arguments)


def work(order: Order) -> None:
    """Run in a process of its own until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    collect_seldom()
    uvloop.run(_work(order))


async def _work(order: Order) -> None:
    async with cost_worker(order) as worker:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


@asynccontextmanager
async def cost_worker(order: Order) -> AsyncIterator[Worker]:
    """A worker whose pipeline is put together as the program does it."""
    database = await Database.connect(order.url, size=_CONNECTIONS)
    try:
        queue, worker_id, time = PostgresQueue(database), WorkerId(uuid4()), DatabaseTime()
        clock, events = SystemClock(), Events([])
        pipeline, naive = await _pipeline(order, database, worker_id, time), Naive(Bill(order.bill))

        async def make(job: Job) -> Briefing:
            briefing = await pipeline.run(job)
            naive.make(" ".join(section.text for section in briefing.sections))
            return briefing

        def advance() -> timedelta:
            return AHEAD

        yield Worker(
            worker_id,
            queue=queue,
            claims=Claims(queue, worker=worker_id, time=time, advance=advance),
            executor=Executor(queue=queue, make=make, time=time, clock=clock, events=events, random=SystemRandom()),
            heartbeat=Heartbeat(queue, time=time, clock=clock, events=events, advance=advance),
            time=time,
            events=events,
            settings=WorkerSettings(slots=order.slots),
        )
    finally:
        await database.close()


async def _pipeline(order: Order, database: Database, worker: WorkerId, time: DatabaseTime) -> Pipeline:
    clock, events = SystemClock(), Events([])
    follower, template = Follower(PostgresControl(database), time=time, events=events), TemplateWriter(events)
    bill, sections = Bill(order.bill), Sections()
    made_up = content.MadeUp(day=order.day, edition=order.edition)
    desks = Desks(news=made_up, feeds=content.feeds, weather=made_up, sport=made_up, markets=made_up)
    newsroom = Newsroom(PostgresEditions(database), desks=desks, worker=worker, clock=clock)
    segments = PostgresSegments(database)
    speaker = Speaker(
        voice=CountingVoice(bill, section_of=sections.of),
        library=segments,
        store=LocalStore(order.store),
        processes=InThisProcess(),
        clock=clock,
        events=events,
        secret=await segments.installation_secret(),
        worker=worker,
    )
    return Pipeline(
        wishes=PostgresWishes(database),
        gather=HolidayGather(news=made_up, events=events, newsroom=newsroom, now=time.now, wait=PATIENCE),
        writer=CountingWriter(template, bill=bill, database=database, edition=order.edition, sections=sections),
        template=template,
        tiers=OrderedTiers(follower, wallet=None, now=time.now),
        engines=(Engine(speaker, is_local=False),),
        publisher=BatchedPublisher(PostgresAudio(database), time=time),
        now=time.now,
    )
