"""The machine's world: the real database on one connection, a clock that the machine moves, and a look at all rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

import asyncpg

from onealarm.jobs.frontier import Hint
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.audio import PostgresAudio
from onealarm.postgres.database import Database
from onealarm.postgres.listener import CHANNEL, read_hint
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.wishes import PostgresWishes
from tests.support.clock import NOON, VirtualClock
from tests.support.sessions import Session

if TYPE_CHECKING:
    from onealarm.postgres.database import Connection

T = TypeVar("T")
Row = asyncpg.Record

_WITNESS: Final = """
create table witness (n bigint generated always as identity primary key, job bigint, old text, new text, token bigint);
create index on witness (job, n);
create function bear_witness() returns trigger language plpgsql as $$
begin
    insert into witness (job, old, new, token)
    values (
        new.id,
        (select w.new from witness w where w.job = new.id order by w.n desc limit 1),
        new.state, new.lease_token);
    return null;
end
$$;
create trigger zz_witness after insert or update of state, lease_token on audio_generation_queue
for each row execute function bear_witness();
"""
"""Writes down every change of a job, also those between two looks. One that ends is put in again, among the ended."""


_ALL: Final = """
select (select array_agg(q order by q.id) from audio_generation_queue q) as jobs,
       (select array_agg(a) from alarms a) as alarms,
       (select array_agg(s) from snoozes s) as snoozes,
       (select array_agg(p) from user_preferences p) as preferences,
       (select array_agg(w order by w.n) from witness w where w.n > $1) as changes
"""
"""In one answer, because there is a look after every step. Rows of audio hold JSON, which cannot be packed so."""


@dataclass(frozen=True, slots=True)
class Change:
    """A job went from ``old`` (None: it was put in) to ``new``."""

    job: int
    old: str | None
    new: str
    token: int | None


@dataclass(frozen=True, slots=True)
class Sight:
    """All rows at one moment, by id, and the changes of jobs since the look before."""

    jobs: dict[int, Row]
    audio: dict[UUID, Row]
    alarms: dict[UUID, Row]
    snoozes: dict[UUID, Row]
    versions: dict[UUID, int]
    changes: tuple[Change, ...] = ()

    def same(self, other: Sight) -> bool:
        """Whether nothing is different but what was written down in between."""
        mine = (self.jobs, self.audio, self.alarms, self.snoozes, self.versions)
        return mine == (other.jobs, other.audio, other.alarms, other.snoozes, other.versions)


@dataclass
class World:
    """``counts`` says how often something happened, over all examples: what never happens proves nothing."""

    runner: asyncio.Runner
    database: Database
    clock: VirtualClock
    counts: Counter[str] = field(default_factory=Counter)
    _witnessed: int = 0
    _met: dict[UUID, int] = field(default_factory=dict)
    _heard: list[Hint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = PostgresQueue(self.database)
        self.audio = PostgresAudio(self.database)
        self.alarms = PostgresAlarms(self.database)
        self.people = PostgresPeople(self.database)
        self.wishes = PostgresWishes(self.database)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def now(self) -> datetime:
        return self.clock.now()

    def sql(self, statement: str, *arguments: object) -> list[Row]:
        return self.run(self.database.fetch(statement, *arguments))

    def empty(self) -> None:
        """Back to the beginning, faster than with a new database or by truncation."""
        self.clock.set(NOON)
        self._met.clear()
        for table in ("alarms", "audio_generation_queue", "audio", "onealarm.workers", "users", "witness"):
            self.sql(f"delete from {table}")

    def hear(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        self._heard.append(read_hint(str(payload)))

    def hints(self) -> list[Hint]:
        """What the database has said since they were last asked for."""
        self.run(self._hear_out())
        heard, self._heard = self._heard, []
        return heard

    async def _hear_out(self) -> None:
        """A hint comes before the answer to what was asked after it, and is handed on in the loop's next turn."""
        await self.database.fetch("select 1")
        await asyncio.sleep(0)

    def look(self) -> Sight:
        return self.run(self._look())

    def _by_age(self, rows: list[Row]) -> dict[UUID, Row]:
        """In the order in which they were first seen: their ids are random, and would make each run another one."""
        for row in rows:
            self._met.setdefault(row["id"], len(self._met))
        return {row["id"]: row for row in sorted(rows, key=lambda row: self._met[row["id"]])}

    async def _look(self) -> Sight:
        found = await self.database.row(_ALL, self._witnessed)
        assert found is not None
        audio = await self.database.fetch("select * from audio")
        rows = {table: found[table] or [] for table in ("jobs", "alarms", "snoozes", "preferences", "changes")}
        if rows["changes"]:
            self._witnessed = rows["changes"][-1]["n"]
        return Sight(
            jobs={row["id"]: row for row in rows["jobs"]},
            audio=self._by_age(audio),
            alarms=self._by_age(rows["alarms"]),
            snoozes=self._by_age(rows["snoozes"]),
            versions={row["user_id"]: row["version"] for row in rows["preferences"]},
            changes=tuple(Change(row["job"], row["old"], row["new"], row["token"]) for row in rows["changes"]),
        )


class _Steady(Session):
    """One connection for all that happens: it is told the time when the clock has moved, not before every statement."""

    def __init__(self, connection: Connection, clock: VirtualClock) -> None:
        super().__init__(connection)
        self._clock = clock
        self._told: datetime | None = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        if self._told != self._clock.now():
            self._told = self._clock.now()
            await self.raw.execute("select set_config('onealarm.now', $1, false)", self._told.isoformat())
        yield self.raw


@contextmanager
def world(url: str) -> Iterator[World]:
    """The world on a migrated database."""
    clock = VirtualClock()
    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        try:
            pool = runner.run(Database.connect(url, size=1, now=clock.now))
            opened.push_async_callback(pool.close)
            connection = runner.run(opened.enter_async_context(pool.connection()))
            runner.run(_call_witness(connection))
            built = World(runner, _Steady(connection, clock), clock)
            runner.run(connection.add_listener(CHANNEL, built.hear))
            try:
                yield built
            finally:
                runner.run(connection.remove_listener(CHANNEL, built.hear))
        finally:
            runner.run(opened.aclose())


async def _call_witness(connection: Connection) -> None:
    await connection.execute(_WITNESS)
