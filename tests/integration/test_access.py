"""Where the platform has client roles, a signed-in user reaches his own rows, and nothing that the system computes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.postgres import Server
from tests.support.supabase import make_like_supabase

SignedIn = Callable[[UUID], AbstractAsyncContextManager[None]]


@pytest.fixture
async def connection(either_server: Server) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    template = either_server.make_template("template_supabase", make_like_supabase)
    with either_server.database(template=template) as url:
        connection = await asyncpg.connect(url)
        yield connection
        await connection.close()


@pytest.fixture
async def users(connection: asyncpg.Connection[asyncpg.Record]) -> tuple[UUID, UUID]:
    """Two users, each with an alarm at seven in Berlin."""
    found = []
    for _ in range(2):
        user = await connection.fetchval("insert into users default values returning id")
        await connection.execute("insert into user_preferences (user_id, timezone) values ($1, 'Europe/Berlin')", user)
        await connection.execute(
            "insert into alarms (user_id, alarm_time_local, timezone) values ($1, '07:00', 'Europe/Berlin')", user
        )
        found.append(user)
    return found[0], found[1]


@pytest.fixture
def signed_in(connection: asyncpg.Connection[asyncpg.Record]) -> SignedIn:
    @asynccontextmanager
    async def as_user(user: UUID) -> AsyncIterator[None]:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select set_config('request.jwt.claim.sub', $1, true)", str(user))
        await connection.execute("set local role authenticated")
        try:
            yield
        finally:
            await transaction.rollback()

    return as_user


async def test_a_signed_in_user_sets_an_alarm_and_its_job_is_there(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn
) -> None:
    async with signed_in(users[0]):
        ring = await connection.fetchval(
            "insert into alarms (user_id, alarm_time_local, timezone, label) values ($1, '06:30', 'Asia/Tokyo', 'run')"
            " returning next_trigger_at",
            users[0],
        )
        rings = await connection.fetch("select ring_at from audio_generation_queue order by ring_at")
        assert ring in [row["ring_at"] for row in rings]


@pytest.mark.parametrize("table", ["user_preferences", "alarms", "audio_generation_queue"])
async def test_a_user_sees_only_his_own_rows(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn, table: str
) -> None:
    async with signed_in(users[0]):
        rows = await connection.fetch(f"select user_id from {table}")
        assert {row["user_id"] for row in rows} == {users[0]}


@pytest.mark.parametrize(
    "statement",
    [
        "insert into alarms (user_id, alarm_time_local, timezone) values ('{other}', '07:00', 'UTC')",
        "insert into alarms (user_id, alarm_time_local, timezone, next_trigger_at)"
        " values ('{me}', '07:00', 'UTC', now())",
        "update alarms set next_trigger_at = now()",
        "update alarms set user_id = '{other}'",
        "update alarms set last_ring_at = now()",
        "update snoozes set ring_at = now()",
        "select * from onealarm.public_holidays",
        "update audio_generation_queue set ring_at = now()",
        "insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)"
        " values (gen_random_uuid(), '{me}', now(), now())",
        "delete from audio_generation_queue",
        "update audio set status = 'ready'",
        "update users set email = 'x@example.org'",
        "select * from onealarm.tokens",
        "select * from onealarm.segments",
        "select secret from onealarm.installation",
        "select * from logs",
    ],
)
async def test_what_a_user_may_not_do(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn, statement: str
) -> None:
    async with signed_in(users[0]):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement.format(me=users[0], other=users[1]))


async def test_a_signed_in_user_snoozes_his_own_alarm_and_no_other(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn
) -> None:
    ring = await connection.fetchval("select min(next_trigger_at) from alarms")
    await connection.execute("select set_config('onealarm.now', $1, false)", ring.isoformat())
    mine, others = [await connection.fetchval("select id from alarms where user_id = $1", user) for user in users]
    async with signed_in(users[0]):
        snooze = "insert into snoozes (alarm_id) values ($1) returning user_id, minutes, ring_at"
        made = await connection.fetchrow(snooze, mine)
        assert made is not None
        assert (made["user_id"], made["minutes"], made["ring_at"] - ring) == (users[0], 9, timedelta(minutes=9))
        jobs = await connection.fetch("select ring_at from audio_generation_queue")
        assert made["ring_at"] in [job["ring_at"] for job in jobs]
        await connection.execute("delete from snoozes")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchrow(snooze, others)


async def test_a_user_learns_nothing_of_another_from_a_refusal(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn
) -> None:
    others = await connection.fetchval("select id from alarms where user_id = $1", users[1])
    alarm = "insert into alarms (user_id, alarm_time_local, timezone, zone_mode) values ($1, '07:00', 'UTC', 'device')"
    for statement, argument in ((alarm, users[1]), ("insert into snoozes (alarm_id) values ($1)", others)):
        async with signed_in(users[0]):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="user_id: it is another user's") as refused:
                await connection.execute(statement, argument)
            assert refused.value.hint is None


async def test_a_signed_in_user_who_moves_takes_his_alarms_along(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn
) -> None:
    async with signed_in(users[0]):
        await connection.execute("update user_preferences set timezone = 'Asia/Tokyo', preferred_name = 'Ada'")
        assert await connection.fetchval("select timezone from alarms") == "Asia/Tokyo"
        await connection.execute("update alarms set days = '{1}', skip_dates = array[next_ring_date]")
        assert await connection.fetchval("select alarm_date from alarms") is None, "days take the place of a date"


async def test_nobody_signed_in_sees_nothing(
    connection: asyncpg.Connection[asyncpg.Record], users: tuple[UUID, UUID], signed_in: SignedIn
) -> None:
    async with signed_in(uuid4()):
        assert await connection.fetchval("select count(*) from alarms") == 0
        assert await connection.fetchval("select count(*) from users") == 0
    assert len(users) == 2
