"""Behind a pooler that gives each transaction another session: with a way past it, and without."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from onealarm.bootstrap import Parts, build
from onealarm.config import Settings
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from tests.support.factories import make_alarm_in, make_user, make_worker
from tests.support.pooler import PROGRAM, pooler
from tests.support.waiting import wait_for

MINUTE = timedelta(minutes=1)
CLIENTS = 20


@pytest.fixture
def pooled_url(database_url: str) -> Iterator[str]:
    if PROGRAM is None:
        assert not os.environ.get("CI"), "CI installs pgbouncer"
        pytest.skip("pgbouncer is not installed")
    with pooler(database_url) as url:
        yield url


@asynccontextmanager
async def at_work(settings: Settings, url: str) -> AsyncIterator[Parts]:
    """A process whose worker and listener run."""
    async with build(settings, url, stock=()) as parts:
        listening = asyncio.create_task(parts.listener.run())
        working = asyncio.create_task(parts.worker.run())
        yield parts
        parts.worker.stop()
        async with asyncio.timeout(30):
            await working
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def test_twenty_clients_share_three_sessions(database_url: str, pooled_url: str) -> None:
    database = await Database.connect(pooled_url, size=CLIENTS)
    queue, alarms = PostgresQueue(database), PostgresAlarms(database)

    async def wish() -> None:
        user = await make_user(database)
        saved = [await make_alarm_in(database, n * MINUTE, now=now(), user_id=user) for n in (10, 20, 30)]
        await alarms.change(saved[0].id, user_id=user, changes={"label": "gym"})

    async def work() -> list[int]:
        worker = await make_worker(database)
        jobs = await queue.claim(worker, limit=3)
        assert await queue.finish(jobs) == {job.id for job in jobs}
        await queue.leave(worker)
        return [job.id for job in jobs]

    try:
        await asyncio.gather(*(wish() for _ in range(CLIENTS)))  # an edit takes a job from its worker
        done = [one for ids in await asyncio.gather(*(work() for _ in range(CLIENTS))) for one in ids]
        rest = [job.id for job in await queue.claim(await make_worker(database), limit=100)]
        assert len({*done, *rest}) == len(done) + len(rest) == 3 * CLIENTS
    finally:
        await database.close()


async def test_a_pooler_is_found_out(database_url: str, pooled_url: str) -> None:
    """Statements that stay prepared would be sent to sessions that do not have them."""
    for url in (database_url, pooled_url):
        database = await Database.connect(url)
        async with database.connection() as connection:
            kept = await connection.fetchval("select current_setting('plan_cache_mode')")
        assert kept == ("force_generic_plan" if url == database_url else "auto")
        await database.close()


@pytest.mark.parametrize("way_past", [True, False])
async def test_a_worker_makes_what_is_due(database_url: str, pooled_url: str, tmp_path: Path, way_past: bool) -> None:
    """With a way past the pooler it hears of new work. Without it knows that it does not, and finds it by looking."""
    direct = {"DATABASE_DIRECT_URL": database_url} if way_past else {}
    settings = Settings.model_validate({"ONEALARM_HOME": tmp_path, "DATABASE_URL": pooled_url, **direct})
    watcher = await asyncpg.connect(database_url)
    async with at_work(settings, pooled_url) as parts:
        await heard(parts, is_heard=way_past, watcher=watcher)
        alarm = await make_alarm_in(parts.database, 30 * MINUTE, now=now())
        await wait_for(
            watcher,
            f"exists (select from audio_generation_queue where alarm_id = '{alarm.id}' and state <> 'waiting')",
            seconds=10,  # where hints are believed to be heard, all is looked through every 30 s
            fail=lambda: "it was not found",
        )
        await wait_for(
            watcher,
            f"exists (select from audio where alarm_id = '{alarm.id}' and status = 'ready')",
            seconds=60,
            fail=lambda: "it was not made",
        )
    await watcher.close()


async def heard(parts: Parts, *, is_heard: bool, watcher: asyncpg.Connection[asyncpg.Record]) -> None:
    """Until the listener knows, and the metric says the same; the database does the waiting."""
    async with asyncio.timeout(20):
        while parts.listener.is_heard is None or parts.metrics.registry.get_sample_value(
            "onealarm_hints_heard"
        ) != float(is_heard):
            await watcher.execute("select pg_sleep(0.02)")
