"""The making of briefings as the program puts it together, but with the test's own voice and sources."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from onealarm.briefing.facts import Headline
from onealarm.clock import SystemClock
from onealarm.errors import SourceUnavailable
from onealarm.events import Event, Events
from onealarm.ids import UserId, WorkerId
from onealarm.maintenance.stocker import Stocker
from onealarm.pipeline.compose import Composer
from onealarm.pipeline.gather import Gather
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.newsroom import Newsroom
from onealarm.pipeline.pipeline import Pipeline
from onealarm.pipeline.ports import Choice, Tiers, Voice
from onealarm.pipeline.speak import Speaker
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.editions import PostgresEditions
from onealarm.postgres.heard import PostgresHeard
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.wishes import PostgresWishes
from onealarm.processes import ChildProcesses
from onealarm.stores.local import LocalStore
from onealarm.worker.claims import Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.executor import Executor
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.publishing import BatchedPublisher
from onealarm.worker.worker import Worker, WorkerSettings
from onealarm.writers.template import TemplateWriter
from tests.support.content import Vendors


@dataclass
class ScriptedNews:
    """Implements ``NewsSource`` from a table of feeds; a feed that is not in it fails."""

    feeds: dict[str, Iterable[Headline]] = field(default_factory=dict)

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        if feed not in self.feeds:
            raise SourceUnavailable(feed, "timed out")
        return tuple(self.feeds[feed])


class AlwaysFull:
    """Implements ``Tiers`` where nobody gives orders and nothing costs money."""

    async def choose(self, user: UserId, *, on: date, ring_at: datetime) -> Choice:
        del user, on, ring_at
        return Choice("full")

    def settle(self, choice: Choice) -> None: ...


@dataclass
class Making:
    """One process of the fleet."""

    worker: Worker
    queue: PostgresQueue
    audio: PostgresAudio
    speaker: Speaker
    composer: Composer
    pipeline: Pipeline
    stocker: Stocker
    events: list[Event]

    async def work(self) -> int:
        """Claim what is due and finish it; returns how many jobs were begun."""
        await self.queue.beat(self.worker.id)
        begun = await self.worker.claim_once()
        await self.worker.finish()
        return begun

    def seen(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def gathering(
    database: Database,
    events: Events,
    *,
    news: ScriptedNews | None = None,
    vendors: Vendors | None = None,
    worker: WorkerId | None = None,
) -> Gather:
    """With ``vendors`` there are editions, a calendar, and a memory of what was heard."""
    if vendors is None:
        return Gather(news=news or ScriptedNews(), events=events)
    newsroom = Newsroom(
        PostgresEditions(database), desks=vendors.desks, worker=worker or WorkerId(uuid4()), clock=SystemClock()
    )
    return Gather(
        news=vendors.news,
        events=events,
        newsroom=newsroom,
        calendar=vendors.calendar,
        heard=PostgresHeard(database),
    )


@asynccontextmanager
async def making(
    database: Database,
    folder: Path,
    voice: Voice,
    *,
    news: ScriptedNews | None = None,
    vendors: Vendors | None = None,
    slots: int = 8,
    better: Iterable[Voice] = (),
    tiers: Tiers | None = None,
) -> AsyncIterator[Making]:
    """Build one process of the fleet on the test's database, store and local voice; ``better`` ones are others'."""
    clock = SystemClock()  # for the pauses between two looks; what is due follows the database's clock
    seen: list[Event] = []
    events = Events([seen.append])
    queue, audio, segments = PostgresQueue(database), PostgresAudio(database), PostgresSegments(database)
    store = LocalStore(folder)
    worker_id, time = WorkerId(uuid4()), DatabaseTime()
    async with ChildProcesses(2) as processes:
        secret = await segments.installation_secret()
        *speakers, speaker = [
            Speaker(
                voice=one,
                library=segments,
                store=store,
                processes=processes,
                clock=clock,
                events=events,
                secret=secret,
                worker=worker_id,
            )
            for one in (*better, voice)
        ]
        pipeline = Pipeline(
            wishes=PostgresWishes(database),
            gather=gathering(database, events, news=news, vendors=vendors, worker=worker_id),
            writer=(writer := TemplateWriter(events)),
            template=writer,
            engines=(*(Engine(one, is_local=False) for one in speakers), Engine(speaker)),
            publisher=BatchedPublisher(audio, time=time),
            tiers=tiers or AlwaysFull(),
            now=time.now,
        )
        executor = Executor(queue=queue, make=pipeline.run, time=time, clock=clock, events=events, random=Random(1))
        worker = Worker(
            worker_id,
            queue=queue,
            # The test's clock moves, and the worker's own does not see it: each claim looks everywhere.
            claims=Claims(queue, worker=worker_id, time=time, unheard=timedelta()),
            executor=executor,
            heartbeat=Heartbeat(queue, time=time, clock=clock, events=events),
            time=time,
            events=events,
            settings=WorkerSettings(slots=slots, drain=timedelta(seconds=5)),
        )
        composer = Composer(store=store, processes=processes)
        stocker = Stocker(stock=audio, speaker=speaker, voices=("alloy",), languages=("en",))
        yield Making(worker, queue, audio, speaker, composer, pipeline, stocker, seen)
