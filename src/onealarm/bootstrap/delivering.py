"""How sound leaves the house: played, streamed, as feeds, as clips, and as whole files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from onealarm.bootstrap.storing import Store
from onealarm.config import Settings
from onealarm.delivery.clips import Clips
from onealarm.delivery.flash import FlashDesk
from onealarm.delivery.materialise import Materialiser
from onealarm.delivery.packed import Pieces
from onealarm.delivery.settings import FlashSettings
from onealarm.events import Events
from onealarm.maintenance.cleanup import Cleanup
from onealarm.maintenance.service import Service
from onealarm.pipeline.compose import Composer
from onealarm.pipeline.gather import Gather
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.play import Losses, Player
from onealarm.pipeline.ports import Processes, Writer
from onealarm.postgres.database import Database
from onealarm.postgres.feeds import PostgresFeeds
from onealarm.postgres.flash import PostgresFlash
from onealarm.postgres.materials import PostgresMaterials
from onealarm.postgres.owners import PostgresOwners
from onealarm.postgres.signing import PostgresSigning
from onealarm.providers import Providers
from onealarm.worker.database_time import DatabaseTime
from onealarm.writers.clips import ClipCatalogue


@dataclass(frozen=True, slots=True)
class Delivery:
    """What API and commands deliver with; ``services`` run beside the others."""

    store: Store
    player: Player
    pieces: Pieces
    signing: PostgresSigning
    feeds: PostgresFeeds
    flash: PostgresFlash
    flash_settings: Sequence[FlashSettings]
    clips: Clips
    materialiser: Materialiser
    cleanup: Cleanup
    services: Sequence[Service]


def build_delivery(
    settings: Settings,
    providers: Providers,
    database: Database,
    *,
    store: Store,
    processes: Processes,
    gather: Gather,
    writer: Writer,
    engines: Sequence[Engine],
    losses: Losses,
    clean: Mapping[str, Callable[[], Awaitable[int]]],
    time: DatabaseTime,
    events: Events,
) -> Delivery:
    """``clean`` are the ways of what is over, by its kind."""
    composer = Composer(store=store, processes=processes)
    player = Player(composer=composer, losses=losses, events=events)
    shelf = PostgresFlash(database)
    materialiser = Materialiser(
        PostgresMaterials(database),
        player=player,
        store=store,
        always=None if settings.materialise == "off" else settings.materialise,
    )
    desk = FlashDesk(
        providers.flash,
        shelf=shelf,
        gather=gather,
        writer=writer,
        engines=engines,
        composer=composer,
        store=store,
        processes=processes,
        now=time.now,
    )
    return Delivery(
        store=store,
        player=player,
        pieces=Pieces(store=store, losses=losses, events=events),
        signing=PostgresSigning(database),
        feeds=PostgresFeeds(database),
        flash=shelf,
        flash_settings=providers.flash,
        clips=Clips(ClipCatalogue(), engines=engines, owners=PostgresOwners(database), store=store),
        materialiser=materialiser,
        cleanup=Cleanup({**clean, "copies": materialiser.clear}),
        services=(desk, materialiser),
    )
