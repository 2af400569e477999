"""The root: joins what the modules beside it build with all that needs no choice."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom
from uuid import uuid4

from prometheus_client import CollectorRegistry

from onealarm.bootstrap.gathering import build_gathering
from onealarm.bootstrap.parts import Parts
from onealarm.bootstrap.paying import build_paying
from onealarm.bootstrap.voices import build_engines
from onealarm.bootstrap.writing import build_writer
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.control.desk import Limits
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
from onealarm.maintenance.prewarmer import Prewarmer
from onealarm.maintenance.repairer import Repairer
from onealarm.maintenance.rescuer import Rescuer
from onealarm.maintenance.roller import Roller
from onealarm.maintenance.scheduler import Scheduler
from onealarm.maintenance.stocker import Stocker
from onealarm.maintenance.sweeper import Sweeper
from onealarm.pipeline.compose import Composer
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.newsroom import Desks
from onealarm.pipeline.pipeline import Pipeline
from onealarm.pipeline.play import Player
from onealarm.pipeline.ports import CalendarSource
from onealarm.pipeline.speak import Speaker
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.budget import PostgresBudgets
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
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.listener import Listener
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.prewarming import PostgresPrewarming
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.reactions import PostgresReactions
from onealarm.postgres.repairs import PostgresRepairs
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.sweeps import PostgresSweeps
from onealarm.postgres.treasury import USD, Purse, treasury
from onealarm.postgres.wishes import PostgresWishes
from onealarm.postgres.written import PostgresWritten
from onealarm.processes import ChildProcesses
from onealarm.providers import Providers
from onealarm.sources.gazetteer import Gazetteer
from onealarm.stores.local import LocalStore
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.lane_metrics import LaneMetrics
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
from onealarm.worker.lane_batch import LaneBatch
from onealarm.worker.publishing import BatchedPublisher
from onealarm.worker.tiers import OrderedTiers
from onealarm.worker.worker import MOST_SLOTS, Worker, WorkerSettings
from onealarm.writers.template import TemplateWriter


@asynccontextmanager
async def build(
    settings: Settings,
    database_url: str,
    *,
    now: Callable[[], datetime] | None = None,
    stock: Sequence[str] = VOICES,
    languages: Sequence[str] = LANGUAGES,
    files_allowed: bool = False,
    providers: Providers | None = None,
    desks: Desks | None = None,
    calendar: CalendarSource | None = None,
) -> AsyncIterator[Parts]:
    """Build the parts on a migrated database, and close them at the end.

    ``now`` moves the clock of the database's sessions; ``stock`` are the voices to lay in, each in all
    ``languages``; ``files_allowed`` lets feeds be local files; ``providers`` stand in for those of
    the settings, ``desks`` and ``calendar`` for their sources.
    """
    providers = providers or settings.providers
    clock = SystemClock()
    metrics = Metrics(CollectorRegistry())
    events = Events([LogEvents(), metrics, ControlMetrics(metrics.registry), LaneMetrics(metrics.registry)])
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
            time.hear(await queue.now())
            rates, budgets = PostgresGovernor(database), PostgresBudgets(database, amounts=settings.daily_budgets)
            paying = await build_paying(
                settings,
                rates=rates,
                budgets=budgets,
                ledger=PostgresLedger(database),
                worker=worker_id,
                time=time,
                clock=clock,
                events=events,
                is_paid=providers.are_paid,
            )
            stack.push_async_callback(paying.close)
            speaker_of = partial(
                Speaker,
                library=segments,
                store=store,
                processes=processes,
                clock=clock,
                events=events,
                secret=await segments.installation_secret(),
                worker=worker_id,
            )
            engines = [
                *build_engines(providers, speaker_of, calls=paying.calls, processes=processes, time=time, stack=stack),
                Engine(speaker_of(voice=EspeakVoice(processes))),
            ]
            template, written = TemplateWriter(events), PostgresWritten(database)
            control = PostgresControl(database)
            follower = Follower(control, time=time, events=events)
            tiers = OrderedTiers(follower, wallet=paying.wallet, now=time.now)
            events.subscribe(tiers)
            wishes = PostgresWishes(database)
            gathering = build_gathering(
                providers,
                database,
                fetcher=fetcher,
                processes=processes,
                worker=worker_id,
                time=time,
                clock=clock,
                events=events,
                files_allowed=files_allowed,
                desks=desks,
                calendar=calendar,
            )
            pipeline = Pipeline(
                wishes=wishes,
                gather=gathering.gather,
                writer=build_writer(
                    providers.writer,
                    template,
                    written=written,
                    worker=worker_id,
                    calls=paying.calls,
                    time=time,
                    clock=clock,
                    events=events,
                    stack=stack,
                ),
                template=template,
                engines=engines,
                publisher=BatchedPublisher(audio, time=time),
                now=time.now,
                tiers=tiers,
            )
            executor = Executor(
                queue=queue, make=pipeline.run, time=time, clock=clock, events=events, random=SystemRandom()
            )
            if settings.pool_limits:
                await rates.declare(settings.pool_limits)
            leading = Leading(PostgresLeadership(database), holder=worker_id)
            heartbeat = Heartbeat(
                queue, time=time, clock=clock, events=events, advance=follower.advance, tally=paying.tally
            )
            permits = paying.regulated(slots=lambda: worker.slots + dispatcher.slots)
            worker = Worker(
                worker_id,
                queue=queue,
                claims=Claims(
                    queue,
                    worker=worker_id,
                    time=time,
                    permits=permits,
                    unheard=UNHEARD if now is None else timedelta(),
                    advance=lambda: paying.meter.within_lane(follower.advance()),
                ),
                executor=executor,
                heartbeat=heartbeat,
                time=time,
                events=events,
                settings=WorkerSettings() if settings.slots is None else WorkerSettings(slots=settings.slots),
            )
            follower.follow(paying.obey)
            if settings.slots is None:
                follower.follow(lambda orders: worker.resize(min(orders.slots_per_worker, MOST_SLOTS)))
            prewarmer = Prewarmer(
                PostgresPrewarming(database),
                wishes=wishes,
                gather=gathering.gather,
                writer=template,
                speaker=engines[0].speaker,
                has_room=lambda: (
                    settings.prewarm and follower.may_make_extras() and worker.is_idle and paying.has_money()
                ),
            )
            dispatcher = Dispatcher(
                batch=events.joined(LaneBatch(ordered=follower.batch, look=control.look, clock=clock)),
                queue=queue,
                waiting=queue,
                make=pipeline.run,
                process=worker_id,
                beats=lambda: worker.is_running,
                time=time,
                clock=clock,
                events=events,
                random=SystemRandom(),
                permits=permits,
                tally=paying.tally,
                advance=lambda: paying.meter.within_lane(follower.advance()),
            )
            stack.push_async_callback(dispatcher.close)  # while all that it needs is there
            scheduler = partial(
                Scheduler,
                hurry=follower.hurry,
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
            stockers = [
                Stocker(stock=audio, speaker=engine.speaker, voices=stock, languages=languages)
                for engine in dict.fromkeys((engines[-1], engines[0]))  # the one that never fails comes first
            ]
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
                gazetteer=Gazetteer(processes),
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
                        purse=Purse(budgets) if USD in settings.daily_budgets else None,
                    ),
                    Forecaster(forecast, leading=leading, events=events),
                    Governor(rates, epoch=lambda: leading.epoch),
                    *treasury(database, amounts=settings.daily_budgets, epoch=lambda: leading.epoch, events=events),
                ),
                services=(
                    Finder(queue, hear=worker.hear, advance=follower.advance),
                    Rescuer(queue, by=worker_id),
                    Expirer(queue),
                    Roller(alarms, events=events),
                    Cleaner(queue=queue, audio=audio, store=store, clock=clock, others=(*gathering.kept, written)),
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
                    *stockers,
                    *paying.services,
                    prewarmer,
                    gathering.editor,
                ),
                stocker=stockers[0],
                editor=gathering.editor,
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
