"""The plans of hot statements: whatever the statistics say, and however the table has grown since they were made.

A session keeps the plan of a statement. So each is also prepared and used on the empty table, before it grows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Final
from uuid import uuid4

import asyncpg
import pytest

from onealarm.ids import WorkerId
from onealarm.postgres.database import Database
from onealarm.postgres.migrate import migrate
from onealarm.postgres.queue import PostgresQueue
from tests.support.factories import make_user
from tests.support.plans import Explainer, Plan
from tests.support.postgres import Server

WAITING: Final = 50_000
LEASED: Final = 20_000
LIMIT: Final = 100

HOLDER: Final = WorkerId(uuid4())
DEAD: Final = WorkerId(uuid4())

_JOBS: Final = """
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
select gen_random_uuid(), $2, r.ring_at, r.ring_at - onealarm.lead()
from generate_series(1, $1) n cross join lateral (
    select onealarm.now() + interval '5 minutes' + n * interval '1 microsecond' * (2 * 3600e6 / $1) as ring_at) as r
"""
"""Over two hours, so that about half of them can be claimed."""

_LEASE: Final = """
update onealarm.live_jobs q set state = 'leased', attempt = 1, begun_at = onealarm.now(), worker_id = $2,
       lease_token = nextval('onealarm.lease_tokens')
where q.id in (select id from onealarm.live_jobs where state = 'waiting' order by ring_at, id limit $1)
"""

LEADING: Final = {"claim_jobs": "ring_at", "live_jobs_pkey": "id", "one_live_job": "alarm_id"}
"""Of each index of live jobs, the first column."""

STATES: Final = (
    (0, "of the empty table"),
    (0, "fresh"),
    (WAITING, "of the empty table"),
    (WAITING, "from before the leases"),
    (WAITING, "fresh"),
    (WAITING, "absent"),
)
"""How many jobs there are, and from when what the planner knows of them is. It knows nothing after a restored dump."""


class World:
    """A queue in some state, and a session whose statements may be older than what is in it."""

    def __init__(self, raw: asyncpg.Connection[asyncpg.Record], explainer: Explainer) -> None:
        self.raw = raw
        self.explainer = explainer

    async def forget_statistics(self) -> None:
        await self.raw.execute(
            "delete from pg_statistic where starelid = 'onealarm.live_jobs'::regclass;"
            " update pg_class set reltuples = -1, relpages = 0 where oid = 'onealarm.live_jobs'::regclass"
        )

    async def prepare(self) -> None:
        """Prepare every hot statement and use it, so that its plan is made now, and kept."""
        await self.explainer.prepare("queue", "claim_jobs")
        await self.claim(behind=False)
        for (noun, name), arguments in (await self.arguments()).items():
            await self.explainer.prepare(noun, name)
            await self.explainer.plans(name, *arguments)

    async def arguments(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Of every hot statement, as SQL's literals."""
        held = await self.raw.fetch(
            "select id, lease_token from onealarm.live_jobs where state = 'leased' order by ring_at, id limit $1", LIMIT
        )
        ids = f"'{{{','.join(str(row['id']) for row in held)}}}'"
        tokens = f"'{{{','.join(str(row['lease_token']) for row in held)}}}'"
        made = [
            {"id": row["id"], "lease_token": row["lease_token"], "version": [0, 0], "tier": "full", "engine": "e",
             "voice": "alloy", "parts": [], "sections": [], "duration_seconds": 1.0, "file_size": 1, "etag": "x"}
            for row in held
        ]  # fmt: skip
        again = f"array_fill('again'::text, array[{len(held)}])"
        one = (str(held[0]["id"]), str(held[0]["lease_token"])) if held else ("1", "1")
        return {
            ("queue", "begin_jobs"): (ids, tokens),
            ("queue", "finish_jobs"): (ids, tokens),
            ("queue", "retry_jobs"): (ids, tokens, f"array_fill(now(), array[{len(held)}])", again),
            ("queue", "bury_jobs"): (ids, tokens, again),
            ("queue", "release_jobs"): (ids, tokens),
            ("queue", "expire_jobs"): ("100", "'2000-01-01Z'"),
            ("queue", "tell_next"): ("'0'",),
            ("queue", "find_first"): ("'0'",),
            ("queue", "rescue_jobs"): (f"'{HOLDER}'",),
            ("queue", "leave"): (f"'{HOLDER}'",),
            ("queue", "release_unheld"): (f"'{HOLDER}'", tokens),
            ("audio", "start_audio"): (*one, "'alloy'"),
            ("audio", "publish_audio"): (f"'{json.dumps(made)}'",),
        }

    async def claim(self, *, behind: bool) -> list[Plan]:
        """Of the first jobs of all, or of those behind the last leased one."""
        after = ("timestamptz '2000-01-01Z'", "0")
        if behind and (
            last := await self.raw.fetchrow(
                "select ring_at, id from onealarm.live_jobs where state = 'leased'"
                " order by ring_at desc, id desc limit 1"
            )
        ):
            after = (f"timestamptz '{last['ring_at'].isoformat()}'", str(last["id"]))
        return list(
            await self.explainer.plans(
                "claim_jobs", f"'{HOLDER}'", str(LIMIT), "'0'", *after, "timestamptz '9999-01-01Z'", "0", "true"
            )
        )


@pytest.fixture(params=STATES, ids=str)
async def world(either_server: Server, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    size, known = request.param
    with either_server.database() as url:
        raw = await asyncpg.connect(url)
        await raw.execute("alter table onealarm.live_jobs set (autovacuum_enabled = off)")
        database = await Database.connect(url, size=1)
        queue = PostgresQueue(database)
        for worker in (HOLDER, DEAD):
            await queue.beat(worker)
        await raw.execute("update onealarm.workers set alive_since = alive_since - interval '1 minute'")
        await raw.execute("update onealarm.workers set beat_at = beat_at - interval '1 minute' where id = $1", DEAD)
        async with Explainer.opened(url) as explainer:
            world = World(raw, explainer)
            if known == "absent":
                await world.forget_statistics()
            else:
                await world.prepare()
            if size:
                await raw.execute(_JOBS, size, await make_user(database))
                if known == "from before the leases":
                    await raw.execute("analyze onealarm.live_jobs")
                await raw.execute(_LEASE, LEASED, HOLDER)
                await raw.execute(_LEASE, 500, DEAD)
            if known == "fresh":
                await raw.execute("analyze onealarm.live_jobs")
            if known == "absent":
                await migrate(url)  # as each start does
                await world.prepare()
            yield world
        await database.close()
        await raw.close()


async def test_the_claim_visits_what_it_takes_and_sorts_nothing(world: World) -> None:
    for behind in (True, False):
        [plan, *_] = await world.claim(behind=behind)
        assert not plan.read_whole("live_jobs"), plan
        assert not plan.walks_astray(LEADING), plan
        assert not any(node["Node Type"] in ("Sort", "Incremental Sort") for node in plan.nodes), plan
        if behind:
            assert plan.visited("claim_jobs") <= 2 * LIMIT, plan
            assert plan.visited("live_jobs_pkey") <= 2 * LIMIT, plan


async def test_no_hot_statement_reads_all_jobs(world: World) -> None:
    for (_, name), arguments in (await world.arguments()).items():
        for plan in await world.explainer.plans(name, *arguments):
            assert not plan.read_whole("live_jobs"), plan
            assert not plan.walks_astray(LEADING), plan
            if name not in ("rescue_jobs", "leave", "release_unheld"):  # these look through what a worker may hold
                assert plan.visited("live_jobs_pkey") <= 4 * LIMIT, plan
