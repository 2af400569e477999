"""The composition root: builds everything, on one screen."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom
from uuid import uuid4

from prometheus_client import CollectorRegistry

from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.control.desk import Limits
from onealarm.control.schedules.lane import Schedule
from onealarm.errors import SetupError
from onealarm.events import Events
from onealarm.http.fetcher import Fetcher
from onealarm.ids import WorkerId
from onealarm.maintenance.cleaner import Cleaner
from onealarm.maintenance.collector import Collector
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.departure import Departure
from onealarm.maintenance.dropping import Dropper
from onealarm.maintenance.expirer import Expirer
from onealarm.maintenance.forecaster import Forecaster
from onealarm.maintenance.governor import Governor
from onealarm.maintenance.leading import Leading
from onealarm.maintenance.repairer import Repairer
from onealarm.maintenance.rescuer import Rescuer
from onealarm.maintenance.roller import Roller
from onealarm.maintenance.scheduler import Scheduler
from onealarm.maintenance.service import Service
from onealarm.maintenance.stocker import Stocker
from onealarm.maintenance.sweeper import Sweeper
from onealarm.pipeline.compose import Composer
from onealarm.pipeline.gather import Gather
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.pipeline import Pipeline
from onealarm.pipeline.play import Player
from onealarm.pipeline.speak import Speaker
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.dropping import PostgresDropping
from onealarm.postgres.export import PostgresExport
from onealarm.postgres.firings import PostgresFirings
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.imports import PostgresImports
from onealarm.postgres.inspection import PostgresInspection
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.listener import Listener
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.reactions import PostgresReactions
from onealarm.postgres.repairs import PostgresRepairs
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.sweeps import PostgresSweeps
from onealarm.postgres.wishes import PostgresWishes
from onealarm.processes import ChildProcesses
from onealarm.sources.feed import FeedSource
from onealarm.stores.local import LocalStore
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.logs import LogEvents
from onealarm.telemetry.metrics import Metrics
from onealarm.voices.espeak import EspeakVoice
from onealarm.worker.claims import UNHEARD, Claims
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.dispatcher import Dispatcher
from onealarm.worker.executor import Executor
from onealarm.worker.finder import Finder
from onealarm.worker.follower import Follower
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.publishing import BatchedPublisher
from onealarm.worker.worker import MOST_SLOTS, Worker, WorkerSettings
from onealarm.writers.template import TemplateWriter


@dataclass(frozen=True, slots=True)
class Parts:
    """A running whole: what the API serves from, and what the worker and the services are."""

    settings: Settings
    database: Database
    people: PostgresPeople
    alarms: PostgresAlarms
    imports: PostgresImports
    queue: PostgresQueue
    inspection: PostgresInspection
    audio: PostgresAudio
    player: Player
    losses: PostgresLosses
    reactions: PostgresReactions
    export: PostgresExport
    departure: Departure
    worker: Worker
    control: PostgresControl
    forecast: PostgresForecast
    leading: Leading
    follower: Follower
    heartbeat: Heartbeat
    dispatcher: Dispatcher
    scheduler: Callable[[Schedule], Scheduler]
    listener: Listener
    services: Sequence[Service]
    leadership: Sequence[Service]
    stocker: Stocker
    metrics: Metrics
    events: Events


@asynccontextmanager
async def build(
    settings: Settings,
    database_url: str,
    *,
    now: Callable[[], datetime] | None = None,
    stock: Sequence[str] = VOICES,
    languages: Sequence[str] = LANGUAGES,
    files_allowed: bool = False,
) -> AsyncIterator[Parts]:
    """Build the parts on a migrated database, and close them at the end.

    ``now`` moves the clock of the database's sessions; ``stock`` are the voices to lay in, each in all
    ``languages``; ``files_allowed`` lets feeds be local files.
    """
    clock = SystemClock()
    metrics = Metrics(CollectorRegistry())
    events = Events([LogEvents(), metrics, ControlMetrics(metrics.registry)])
    pooled = True if settings.database_direct_url is not None else None
    database = await Database.connect(database_url, pooled=pooled, now=now)
    try:
        queue, alarms, audio = PostgresQueue(database), PostgresAlarms(database), PostgresAudio(database)
        segments = PostgresSegments(database)
        store = LocalStore(_made(settings.sound))
        worker_id, time = WorkerId(uuid4()), DatabaseTime()
        async with (
            ChildProcesses(settings.processes or os.cpu_count() or 1) as processes,
            Fetcher(contact=settings.contact, allowed_networks=settings.allowed_networks) as fetcher,
            AsyncExitStack() as stack,
        ):
            speaker = Speaker(
                voice=EspeakVoice(processes),
                library=segments,
                store=store,
                processes=processes,
                clock=clock,
                events=events,
                secret=await segments.installation_secret(),
                worker=worker_id,
            )
            control = PostgresControl(database)
            follower = Follower(control, time=time, events=events)
            pipeline = Pipeline(
                wishes=PostgresWishes(database),
                gather=Gather(
                    news=FeedSource(fetcher, processes=processes, files_allowed=files_allowed), events=events
                ),
                writer=TemplateWriter(events),
                engines=(Engine(speaker),),
                publisher=BatchedPublisher(audio, time=time),
                now=time.now,
                tiers=follower,
            )
            executor = Executor(
                queue=queue, make=pipeline.run, time=time, clock=clock, events=events, random=SystemRandom()
            )
            rates = PostgresGovernor(database)
            if settings.pool_limits:
                await rates.declare(settings.pool_limits)
            leading = Leading(PostgresLeadership(database), holder=worker_id)
            heartbeat = Heartbeat(queue, time=time, clock=clock, events=events, advance=follower.advance)
            worker = Worker(
                worker_id,
                queue=queue,
                claims=Claims(
                    queue,
                    worker=worker_id,
                    time=time,
                    unheard=UNHEARD if now is None else timedelta(),
                    advance=follower.advance,
                ),
                executor=executor,
                heartbeat=heartbeat,
                time=time,
                events=events,
                settings=WorkerSettings() if settings.slots is None else WorkerSettings(slots=settings.slots),
            )
            if settings.slots is None:
                follower.follow(lambda orders: worker.resize(min(orders.slots_per_worker, MOST_SLOTS)))
            dispatcher = Dispatcher(
                queue=queue,
                waiting=queue,
                make=pipeline.run,
                process=worker_id,
                beats=lambda: worker.is_running,
                time=time,
                clock=clock,
                events=events,
                random=SystemRandom(),
                advance=follower.advance,
            )
            stack.push_async_callback(dispatcher.close)  # while all that it needs is there
            scheduler = partial(
                Scheduler,
                firings=PostgresFirings(database),
                dispatch=dispatcher.run,
                now=queue.now,
                by=worker_id,
                clock=clock,
                events=events,
            )
            people, losses, dropping = PostgresPeople(database), PostgresLosses(database), PostgresDropping(database)
            forecast = PostgresForecast(database)
            dropper = Dropper(rows=dropping, store=store, clock=clock)
            collector = Collector(segments=dropping, dropper=dropper, clock=clock)
            stocker = Stocker(stock=audio, speaker=speaker, voices=stock, languages=languages)
            yield Parts(
                settings=settings,
                database=database,
                people=people,
                alarms=alarms,
                imports=PostgresImports(database),
                queue=queue,
                inspection=PostgresInspection(database),
                audio=audio,
                player=Player(composer=Composer(store=store, processes=processes), losses=losses, events=events),
                losses=losses,
                reactions=PostgresReactions(database),
                export=PostgresExport(database),
                departure=Departure(users=people, collector=collector, events=events),
                worker=worker,
                heartbeat=heartbeat,
                dispatcher=dispatcher,
                scheduler=scheduler,
                listener=Listener(
                    settings.database_direct_url or database_url, hearer=worker, clock=clock, events=events
                ),
                control=control,
                forecast=forecast,
                leading=leading,
                follower=follower,
                leadership=(
                    leading,
                    Controller(
                        control,
                        leading=leading,
                        limits=Limits(most_slots=settings.most_slots),
                        events=events,
                        foresight=forecast,
                    ),
                    Forecaster(forecast, leading=leading, events=events),
                    Governor(rates, epoch=lambda: leading.epoch),
                ),
                services=(
                    Finder(queue, hear=worker.hear, advance=follower.advance),
                    Rescuer(queue, by=worker_id),
                    Expirer(queue),
                    Roller(alarms, events=events),
                    Cleaner(queue=queue, audio=audio, store=store, clock=clock),
                    Repairer(PostgresRepairs(database), is_calm=follower.is_calm),
                    collector,
                    Sweeper(
                        slices=PostgresSweeps(database),
                        orphans=dropping,
                        losses=losses,
                        dropper=dropper,
                        store=store,
                        clock=clock,
                        events=events,
                    ),
                    stocker,
                ),
                stocker=stocker,
                metrics=metrics,
                events=events,
            )
    finally:
        await database.close()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{folder} cannot be made: {error.strerror}",
            "Free space, or set ONEALARM_HOME to a folder that you may write",
        ) from error
    return folder
