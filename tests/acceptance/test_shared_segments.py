"""A thousand alarms of one place, voice and minute, on four worker processes: what is shared is spoken once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import numpy as np

from onealarm.bench.cost.books import prove
from onealarm.bench.cost.population import prepare, put_in
from onealarm.bench.cost.providers import Bill, count
from onealarm.bench.cost.team import team, until_done
from onealarm.bench.cost.work import Order
from onealarm.clock import SystemClock
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.maintenance.rescuer import Rescuer
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.heartbeat import Heartbeat
from onealarm.workload.listeners import Listeners, sample_listeners
from tests.support.waiting import wait_for

ALARMS, NAMES = 1_000, 150

MID_WORK = """(select count(*) from onealarm.segments where state = 'ready') >= {least}
    and exists (select from onealarm.segments where state = 'speaking' and worker_id = '{worker}')"""


def one_place(alarms: int) -> Listeners:
    """All of them differ in nothing but their names."""
    found = sample_listeners(alarms)
    alike = ("ring", "local", "offset", "place", "country", "voice", "team", "tickers", "categories")
    same = {name: np.repeat(getattr(found, name)[:1], alarms, axis=0) for name in alike}
    return replace(found, name=(np.arange(alarms) % NAMES).astype(np.int32), **same)


@asynccontextmanager
async def rescuing(url: str) -> AsyncIterator[None]:
    """What every process of the product does beside its work: it gives back what the dead hold."""
    database, clock, by = await Database.connect(url, size=2), SystemClock(), WorkerId(uuid4())
    queue = PostgresQueue(database)
    heartbeat = Heartbeat(queue, time=DatabaseTime(), clock=clock, events=Events([]))

    async def rescue() -> None:
        while True:
            await Rescuer(queue, by=by).run_once()
            await clock.sleep(Rescuer.every)

    tasks = [asyncio.create_task(heartbeat.run(by, revived=lambda: None)), asyncio.create_task(rescue())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()


def is_at(workers: int) -> str:
    return f"(select count(*) from onealarm.workers) = {workers}"


async def test_r2_r3_each_key_is_spoken_once_also_when_a_worker_is_killed(database_url: str, tmp_path: Path) -> None:
    day: date = datetime.now(UTC).date() + timedelta(days=2)
    order = Order(database_url, tmp_path / "sound", tmp_path / "bill", day, edition=0, slots=8)
    bill, listeners = Bill(order.bill), one_place(ALARMS)
    await prepare(database_url)
    connection = await asyncpg.connect(database_url)
    try:
        async with team(order, processes=1) as [victim]:
            await wait_for(connection, is_at(1), seconds=20, fail=lambda: "the victim did not start")
            killed_id = await connection.fetchval("select id from onealarm.workers")
            async with team(order, processes=3) as others, rescuing(database_url):
                await wait_for(connection, is_at(5), seconds=20, fail=lambda: "the others did not start")

                await put_in(database_url, listeners, np.arange(0, ALARMS // 2), day=day)
                await until_done(database_url, [victim, *others], told=lambda _: None)
                counted = count(bill.calls())
                await prove(database_url, counted, alarms=ALARMS // 2)
                assert counted.repeated == {}
                assert counted.speech["greeting"].calls in range(NAMES // 2, NAMES + 10)

                before = sum(total.calls for total in counted.speech.values())
                await put_in(database_url, with_new_names(listeners), np.arange(ALARMS // 2, ALARMS), day=day)
                mid_work = MID_WORK.format(least=before + 20, worker=killed_id)
                await wait_for(connection, mid_work, seconds=20, fail=lambda: "the victim speaks nothing")
                victim.kill()
                await asyncio.to_thread(victim.join, 10)
                unfinished = await connection.fetchval(
                    "select count(*) from onealarm.segments where state = 'speaking' and worker_id = $1", killed_id
                )
                await until_done(database_url, others, told=lambda _: None)

        await assert_all_is_there(connection)
        repeated = count(bill.calls()).repeated
        assert sum(repeated.values()) <= unfinished, "only what was under way may be paid again"
        assert set(repeated.values()) <= {1}
        again = await connection.fetchval("select count(*) from onealarm.segments where times_claimed > 1")
        assert len(repeated) <= again <= unfinished
    finally:
        await connection.close()


def with_new_names(listeners: Listeners) -> Listeners:
    """So that there is something left to say."""
    return replace(listeners, name=listeners.name + NAMES)


async def assert_all_is_there(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    made = await connection.fetch(
        "select status, tier, count(*) from audio where audio_type = 'combined' group by 1, 2"
    )
    assert [tuple(row) for row in made] == [("ready", "full", ALARMS)]
    unspoken = await connection.fetchval(
        "select count(*) from audio a, jsonb_array_elements(a.parts) as part"
        " where part ->> 'key' not like 'pause:%' and not exists ("
        "   select from onealarm.segments s where s.key = part ->> 'key' and s.state = 'ready')"
    )
    assert unspoken == 0
