"""The parts of a running whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onealarm.bootstrap.delivering import Delivery
from onealarm.config import Settings
from onealarm.control.schedules.lane import Schedule
from onealarm.events import Events
from onealarm.maintenance.departure import Departure
from onealarm.maintenance.editor import Editor
from onealarm.maintenance.leading import Leading
from onealarm.maintenance.scheduler import Scheduler
from onealarm.maintenance.service import Service
from onealarm.maintenance.stocker import Stocker
from onealarm.pipeline.play import Player
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.export import PostgresExport
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.imports import PostgresImports
from onealarm.postgres.inspection import PostgresInspection
from onealarm.postgres.listener import Listener
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.reactions import PostgresReactions
from onealarm.sources.gazetteer import Gazetteer
from onealarm.telemetry.metrics import Metrics
from onealarm.worker.dispatcher import Dispatcher
from onealarm.worker.follower import Follower
from onealarm.worker.heartbeat import Heartbeat
from onealarm.worker.worker import Worker


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
    delivery: Delivery
    losses: PostgresLosses
    reactions: PostgresReactions
    export: PostgresExport
    departure: Departure
    gazetteer: Gazetteer
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
    editor: Editor
    metrics: Metrics
    events: Events
