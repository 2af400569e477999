"""The root: joins what the modules beside it build with all that needs no choice."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from uuid import uuid4

from prometheus_client import CollectorRegistry

from onealarm.bootstrap.delivering import build_delivery
from onealarm.bootstrap.gathering import build_gathering
from onealarm.bootstrap.keeping import build_keeping
from onealarm.bootstrap.leadership import build_leadership
from onealarm.bootstrap.parts import Parts
from onealarm.bootstrap.paying import build_paying
from onealarm.bootstrap.storing import build_store
from onealarm.bootstrap.voices import build_engines
from onealarm.bootstrap.writing import build_writer
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.events import Events
from onealarm.http.fetcher import Fetcher
from onealarm.ids import WorkerId
from onealarm.maintenance.cleaner import Cleaner
from onealarm.maintenance.departure import Departure
from onealarm.maintenance.expirer import Expirer
from onealarm.maintenance.prewarmer import Prewarmer
from onealarm.maintenance.repairer import Repairer
from onealarm.maintenance.rescuer import Rescuer
from onealarm.maintenance.roller import Roller
from onealarm.maintenance.scheduler import Scheduler
from onealarm.maintenance.stocker import Stocker
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.newsroom import Desks
from onealarm.pipeline.pipeline import Pipeline
from onealarm.pipeline.ports import CalendarSource
from onealarm.pipeline.speak import Speaker
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.export import PostgresExport
from onealarm.postgres.firings import PostgresFirings
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.imports import PostgresImports
from onealarm.postgres.inspection import PostgresInspection
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.listener import Listener
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.prewarming import PostgresPrewarming
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.reactions import PostgresReactions
from onealarm.postgres.repairs import PostgresRepairs
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.wishes import PostgresWishes
from onealarm.postgres.written import PostgresWritten
from onealarm.processes import ChildProcesses
from onealarm.providers import Providers
from onealarm.sources.gazetteer import Gazetteer
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
    providers, clock = providers or settings.providers, SystemClock()
    metrics = Metrics(CollectorRegistry())
    events = Events([LogEvents(), metrics, ControlMetrics(metrics.registry), LaneMetrics(metrics.registry)])
    pooled = True if settings.database_direct_url is not None else None
    database = await Database.connect(database_url, pooled=pooled, now=now)
    try:
        queue, alarms, audio = PostgresQueue(database), PostgresAlarms(database), PostgresAudio(database)
        segments = PostgresSegments(database)
        store = build_store(settings, providers.store)
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
                first_costs=providers.first_costs,
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
            control, wishes = PostgresControl(database), PostgresWishes(database)
            follower = Follower(control, time=time, events=events)
            tiers = OrderedTiers(follower, wallet=paying.wallet, now=time.now)
            events.subscribe(tiers)
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
            writer = build_writer(
                providers.writer,
                template,
                written=written,
                worker=worker_id,
                calls=paying.calls,
                time=time,
                clock=clock,
                events=events,
                stack=stack,
            )
            pipeline = Pipeline(
                wishes=wishes,
                gather=gathering.gather,
                writer=writer,
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
            leadership = build_leadership(
                settings,
                database,
                control=control,
                rates=rates,
                budgets=budgets,
                holder=worker_id,
                first_costs=providers.first_costs,
                events=events,
            )
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
            people = PostgresPeople(database)
            keeping = build_keeping(database, store, clock=clock, events=events)
            stockers = [
                Stocker(stock=audio, speaker=engine.speaker, voices=stock, languages=languages)
                for engine in dict.fromkeys((engines[-1], engines[0]))  # the one that never fails comes first
            ]
            cleaner = Cleaner(queue=queue, audio=audio, store=store, clock=clock, others=(*gathering.kept, written))
            delivery = build_delivery(
                settings,
                providers,
                database,
                store=store,
                processes=processes,
                gather=gathering.gather,
                writer=writer,
                engines=engines,
                losses=keeping.losses,
                clean={"rows": cleaner.run_once, "files": keeping.collector.run_once},
                time=time,
                events=events,
            )
            yield Parts(
                settings=settings,
                database=database,
                people=people,
                alarms=alarms,
                imports=PostgresImports(database),
                queue=queue,
                inspection=PostgresInspection(database),
                audio=audio,
                player=delivery.player,
                delivery=delivery,
                losses=keeping.losses,
                reactions=PostgresReactions(database),
                export=PostgresExport(database),
                departure=Departure(
                    users=people, collector=keeping.collector, events=events, files=delivery.materialiser
                ),
                gazetteer=Gazetteer(processes),
                worker=worker,
                heartbeat=heartbeat,
                dispatcher=dispatcher,
                scheduler=scheduler,
                listener=Listener(
                    settings.database_direct_url or database_url, hearer=worker, clock=clock, events=events
                ),
                control=control,
                forecast=leadership.forecast,
                leading=leadership.leading,
                follower=follower,
                leadership=leadership.services,
                services=(
                    Finder(queue, hear=worker.hear, advance=follower.advance),
                    Rescuer(queue, by=worker_id),
                    Expirer(queue),
                    Roller(alarms, events=events),
                    cleaner,
                    Repairer(PostgresRepairs(database), is_calm=follower.is_calm),
                    keeping.collector,
                    keeping.sweeper,
                    *stockers,
                    *paying.services,
                    prewarmer,
                    gathering.editor,
                    *delivery.services,
                ),
                stocker=stockers[0],
                editor=gathering.editor,
                metrics=metrics,
                events=events,
            )
    finally:
        await database.close()
