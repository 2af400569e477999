"""What looks after the sound: nothing that is used goes, nothing that is not stays."""

from __future__ import annotations

from dataclasses import dataclass

from onealarm.clock import Clock
from onealarm.events import Events
from onealarm.maintenance.collector import Collector
from onealarm.maintenance.dropping import Dropper
from onealarm.maintenance.sweeper import Sweeper
from onealarm.pipeline.ports import ObjectStore
from onealarm.postgres.database import Database
from onealarm.postgres.dropping import PostgresDropping
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.sweeps import PostgresSweeps


@dataclass(frozen=True, slots=True)
class Keeping:
    losses: PostgresLosses
    collector: Collector
    sweeper: Sweeper


def build_keeping(database: Database, store: ObjectStore, *, clock: Clock, events: Events) -> Keeping:
    losses, dropping = PostgresLosses(database), PostgresDropping(database)
    dropper = Dropper(rows=dropping, store=store, clock=clock)
    sweeper = Sweeper(
        slices=PostgresSweeps(database),
        orphans=dropping,
        losses=losses,
        dropper=dropper,
        store=store,
        clock=clock,
        events=events,
    )
    return Keeping(losses, Collector(segments=dropping, dropper=dropper, clock=clock), sweeper)
