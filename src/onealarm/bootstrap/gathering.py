"""What briefings know: the sources of the providers' file, and the editions that everybody shares."""

from __future__ import annotations

from dataclasses import dataclass

from onealarm.clock import Clock
from onealarm.config import provider_keys
from onealarm.events import Events
from onealarm.http.fetcher import Fetcher
from onealarm.ids import WorkerId
from onealarm.maintenance.cleaner import Forgetful
from onealarm.maintenance.editor import Editor
from onealarm.pipeline.gather import Gather
from onealarm.pipeline.newsroom import Desks, Newsroom
from onealarm.pipeline.ports import CalendarSource, Processes
from onealarm.postgres.database import Database
from onealarm.postgres.editions import PostgresEditions
from onealarm.postgres.heard import PostgresHeard
from onealarm.postgres.source_budgets import PostgresSourceBudgets
from onealarm.providers import Providers
from onealarm.sources.build import build_sources
from onealarm.sources.desks import desks_of
from onealarm.worker.database_time import DatabaseTime


@dataclass(frozen=True, slots=True)
class Gathering:
    """``kept`` are what it keeps for some days."""

    gather: Gather
    editor: Editor
    kept: tuple[Forgetful, ...]


def build_gathering(
    providers: Providers,
    database: Database,
    *,
    fetcher: Fetcher,
    processes: Processes,
    worker: WorkerId,
    time: DatabaseTime,
    clock: Clock,
    events: Events,
    files_allowed: bool,
    desks: Desks | None,
    calendar: CalendarSource | None,
) -> Gathering:
    """Raises ``BadInput`` for a source that cannot be asked, or may not by its licence."""
    sources = build_sources(
        providers.sources,
        keys=provider_keys(),
        fetcher=fetcher,
        processes=processes,
        now=clock.now,
        fleet=PostgresSourceBudgets(database),
        files_allowed=files_allowed,
    )
    editions, heard = PostgresEditions(database), PostgresHeard(database)
    desks = desks or desks_of(sources, providers.news)
    newsroom = Newsroom(editions, desks=desks, worker=worker, clock=clock)
    gather = Gather(
        news=sources.news,
        events=events,
        newsroom=newsroom,
        calendar=calendar or sources.calendar,
        heard=heard,
        now=time.now,
    )
    return Gathering(gather, Editor(editions, newsroom), (editions, heard))
