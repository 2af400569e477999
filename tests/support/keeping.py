"""What looks after the sound, as the program puts it together, with seams at which a test can kill it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from onealarm.clock import Clock
from onealarm.events import Event, Events
from onealarm.ids import LeaseToken, SegmentKey
from onealarm.maintenance.collector import Collector
from onealarm.maintenance.departure import Departure
from onealarm.maintenance.dropping import Claims, Dropper
from onealarm.maintenance.sweeper import Sweeper
from onealarm.pipeline.objects import key_of, object_name
from onealarm.pipeline.ports import StoredObject
from onealarm.postgres.database import Database
from onealarm.postgres.dropping import PostgresDropping
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.statements import statements
from onealarm.postgres.sweeps import PostgresSweeps
from onealarm.stores.local import LocalStore


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@dataclass
class Seams:
    """Counts the steps between which a process can die, and dies before the one that is asked for."""

    die_before: int | None = None
    passed: int = 0

    def step(self) -> None:
        self.passed += 1
        if self.passed == self.die_before:
            raise Killed


class SeamedStore(LocalStore):
    def __init__(self, root: Path, seams: Seams) -> None:
        super().__init__(root)
        self._seams = seams

    async def delete(self, name: str) -> None:
        self._seams.step()
        await super().delete(name)

    async def objects(self, folder: str) -> list[StoredObject]:
        self._seams.step()
        return await super().objects(folder)


class SeamedDropping(PostgresDropping):
    """Dies before rows are deleted or claimed: a dead process does not even run what stands in ``finally``."""

    def __init__(self, database: Database, seams: Seams) -> None:
        super().__init__(database)
        self._seams = seams

    async def delete_dropped(self, claims: Claims) -> int:
        if self._seams.passed == self._seams.die_before:
            raise Killed
        self._seams.step()
        return await super().delete_dropped(claims)

    async def claim_orphans(self, keys: Sequence[SegmentKey]) -> Claims:
        self._seams.step()
        return await super().claim_orphans(keys)


@dataclass
class Keeping:
    """One process that looks after the sound."""

    store: LocalStore
    dropping: PostgresDropping
    losses: PostgresLosses
    collector: Collector
    sweeper: Sweeper
    departure: Departure
    seen: list[Event] = field(default_factory=list)


def keeping(database: Database, folder: Path, clock: Clock, *, seams: Seams | None = None) -> Keeping:
    seams = seams or Seams()
    seen: list[Event] = []
    events = Events([seen.append])
    store, dropping = SeamedStore(folder, seams), SeamedDropping(database, seams)
    losses = PostgresLosses(database)
    dropper = Dropper(rows=dropping, store=store, clock=clock)
    collector = Collector(segments=dropping, dropper=dropper, clock=clock)
    sweeper = Sweeper(
        slices=PostgresSweeps(database),
        orphans=dropping,
        losses=losses,
        dropper=dropper,
        store=store,
        clock=clock,
        events=events,
    )
    departure = Departure(users=PostgresPeople(database), collector=collector, events=events)
    return Keeping(store, dropping, losses, collector, sweeper, departure, seen)


async def keys_of(database: Database) -> set[SegmentKey]:
    """The segments that have a row, whatever its state."""
    return {SegmentKey(row["key"]) for row in await database.fetch("select key from onealarm.segments")}


def stored(folder: Path) -> set[SegmentKey]:
    """The segments that have an object."""
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return {key for key in map(key_of, names) if key is not None}


async def put_segment(
    database: Database, store: LocalStore, key: SegmentKey, *, text: str | None = "Good morning."
) -> LeaseToken:
    """A segment that is ready, with its object; without a text it is a personal one."""
    await store.put(object_name(key), b"sound")
    token: int = await database.value(
        "insert into onealarm.segments (key, state, worker_id, token, engine, voice, text, frames, onset_sample,"
        " end_sample, size_bytes, lufs, true_peak)"
        " values ($1, 'ready', gen_random_uuid(), nextval('onealarm.lease_tokens'), 'test', 'alloy', $2, 10, 1024,"
        " 2048, 5, -16, -1) returning token",
        key,
        text,
    )
    return LeaseToken(token)


def key(digits: str) -> SegmentKey:
    """A key that begins with these digits."""
    return SegmentKey(digits.ljust(64, "0"))


@asynccontextmanager
async def holding(database: Database, noun: str, name: str, *arguments: object) -> AsyncIterator[list[asyncpg.Record]]:
    """While the block runs, what a named statement locked and wrote is held by a transaction; it commits at the end."""
    async with database.connection() as connection, connection.transaction():
        yield await connection.fetch(statements(noun)[name], *arguments)
