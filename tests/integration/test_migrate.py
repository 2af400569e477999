"""Migrations: on both servers, bare and with Supabase's roles, twice, by two starters at once, and all or nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import asyncpg
import pytest

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.zones import tzdata_version, zone_names
from onealarm.errors import SetupError
from onealarm.postgres import migrate as module
from onealarm.postgres import zone_rules
from onealarm.postgres.migrate import Migration, migrate, migrations
from tests.support.postgres import Server, run_apart
from tests.support.supabase import make_like_supabase


@pytest.fixture(params=["bare", "supabase"])
def empty_database(either_server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    with either_server.database(template=None) as url:
        if request.param == "supabase":
            run_apart(make_like_supabase(url))
        yield url


async def test_apply_once_and_find_nothing_to_do_the_second_time(empty_database: str) -> None:
    names = [migration.name for migration in migrations()]
    assert await migrate(empty_database) == [*names, "zone rules", "public holidays"]
    assert await migrate(empty_database) == []


async def test_two_starters_do_not_collide(empty_database: str) -> None:
    first, second = await asyncio.gather(migrate(empty_database), migrate(empty_database))
    assert sorted([len(first), len(second)]) == [0, len(migrations()) + 2]


async def test_a_failing_migration_leaves_nothing_behind(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Migration(9999, "9999_broken.sql", "create table half_written (); select 1 / 0;")
    with server.database(template=None) as url:
        monkeypatch.setattr(module, "migrations", lambda: [*migrations(), broken])
        with pytest.raises(SetupError, match=r"9999_broken\.sql failed: division by zero"):
            await migrate(url)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select to_regclass('half_written')") is None
        assert await connection.fetchval("select to_regclass('alarms')") is None
        await connection.close()


async def test_a_migration_gives_up_a_lock_that_others_hold_and_says_so(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all who come after it would wait behind it, for as long as the oldest transaction lasts."""
    late = Migration(9999, "9999_late.sql", "alter table alarms add column colour text;")
    with server.database() as url:
        monkeypatch.setattr(module, "migrations", lambda: [*migrations(), late])
        holder, other = await asyncpg.connect(url), await asyncpg.connect(url)
        async with holder.transaction():
            await holder.execute("select 1 from alarms")  # a dump, or a report
            with pytest.raises(SetupError, match=r"others held its tables for 0\.05 s") as refusal:
                await migrate(url, lock_wait=timedelta(milliseconds=50))
            assert "pg_stat_activity" in refusal.value.remedy
            async with asyncio.timeout(10):
                await other.execute("insert into users default values")
        assert await migrate(url) == ["9999_late.sql"]
        await holder.close()
        await other.close()


async def test_what_the_planner_knows_of_a_restored_queue_is_found_out(server: Server) -> None:
    with server.database() as url:
        connection = await asyncpg.connect(url)
        known = "select reltuples >= 0 from pg_class where oid = 'onealarm.live_jobs'::regclass"
        assert await connection.fetchval(known), "also of a new one"
        await connection.execute("update pg_class set reltuples = -1 where oid = 'onealarm.live_jobs'::regclass")
        await migrate(url)
        assert await connection.fetchval(known)
        await connection.close()


async def test_an_edited_migration_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = migrations()
    edited = Migration(first.number, first.name, first.sql + "\n-- edited")
    with server.database() as url:
        monkeypatch.setattr(module, "migrations", lambda: [edited, *rest])
        with pytest.raises(SetupError, match="was changed after it was applied"):
            await migrate(url)


async def test_zone_rules_of_another_version_are_replaced_and_alarms_planned_anew(server: Server) -> None:
    with server.database() as url:
        connection = await asyncpg.connect(url)
        user = await connection.fetchval("insert into users default values returning id")
        alarm = await connection.fetchval(
            "insert into alarms (user_id, alarm_time_local, days, timezone)"
            " values ($1, '07:00', '{1,2,3,4,5,6,7}', 'Europe/Berlin') returning id",
            user,
        )
        right = await connection.fetchval("select next_trigger_at from alarms where id = $1", alarm)
        # As if an older tzdata had put Berlin an hour to the west.
        await connection.execute("update onealarm.zone_data set version = 'older'")
        await connection.execute("update alarms set next_trigger_at = next_trigger_at + interval '1 hour'")
        assert await migrate(url) == ["zone rules"]
        assert await connection.fetchval("select version from onealarm.zone_data") == tzdata_version()
        assert await connection.fetchval("select next_trigger_at from alarms where id = $1", alarm) == right
        live = "select ring_at from audio_generation_queue where alarm_id = $1 and state = 'waiting'"
        assert [row["ring_at"] for row in await connection.fetch(live, alarm)] == [right]
        await connection.close()


async def test_every_zone_of_the_package_is_there(server: Server) -> None:
    with server.database() as url:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("select distinct zone from onealarm.zone_transitions")
        assert {row["zone"] for row in rows} == zone_names()
        await connection.close()


async def test_an_unreachable_database_is_told_with_a_remedy() -> None:
    with pytest.raises(SetupError, match="The database cannot be reached") as refusal:
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")
    assert "DATABASE_URL" in refusal.value.remedy


async def test_who_can_play_a_personal_segment_owns_it_after_the_migration(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [migration for migration in migrations() if migration.number < 9]
    personal, shared, old = "a" * 64, "b" * 64, "c" * 64
    with server.database(template=None) as url:
        with monkeypatch.context() as patch:
            patch.setattr(module, "migrations", lambda: before)
            await migrate(url)
        connection = await asyncpg.connect(url)
        user = await connection.fetchval("insert into users default values returning id")
        for key, text in ((personal, None), (shared, "Good morning."), (old, None)):
            await connection.execute(
                "insert into onealarm.segments (key, state, worker_id, token, engine, voice, text)"
                " values ($1, 'speaking', gen_random_uuid(), 1, 'test', 'alloy', $2)",
                key,
                text,
            )
        parts = json.dumps([{"key": key} for key in (personal, "pause:12", shared, personal)])
        await connection.execute(
            "insert into audio (user_id, alarm_id, ring_at, status, voice, parts)"
            " values ($1, gen_random_uuid(), now(), 'failed', 'alloy', $2::jsonb)",
            user,
            parts,
        )
        await connection.execute(
            "insert into audio (audio_type, status, voice, parts) values ('stock', 'failed', 'alloy', $1::jsonb)", parts
        )
        await migrate(url)
        owners = await connection.fetch("select key, user_id from onealarm.segment_users")
        assert [tuple(row) for row in owners] == [(personal, user)]
        await connection.close()


async def test_alarms_from_before_there_were_zone_modes_follow_their_user_if_they_are_in_his_zone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later = migrations()[:6], migrations()[6:]
    with server.database(template=None) as url:
        connection = await asyncpg.connect(url)
        await connection.execute("create schema onealarm")
        for migration in first:
            await connection.execute(migration.sql)
        with monkeypatch.context() as patch:  # that version's rules knew no dates of occurrences
            patch.setitem(zone_rules._SQL, "replan_alarms", "select 1")
            async with connection.transaction():
                await zone_rules.load_zone_rules(connection)
        user = await connection.fetchval("insert into users default values returning id")
        await connection.execute("insert into user_preferences (user_id, timezone) values ($1, 'Asia/Tokyo')", user)
        for zone, active in (("Asia/Tokyo", True), ("Asia/Tokyo", False), ("Europe/Oslo", True)):
            await connection.execute(
                "insert into alarms (user_id, alarm_time_local, timezone, days, active)"
                " values ($1, '07:00', $2, '{1,2,3,4,5,6,7}', $3)",
                user,
                zone,
                active,
            )
        for migration in later:
            await connection.execute(migration.sql)
        rows = await connection.fetch(
            "select zone_mode, next_trigger_at as ring_at, next_ring_date, timezone from alarms"
        )
        assert sorted(row["zone_mode"] for row in rows) == ["device", "device", "fixed"]
        for row in rows:
            local = None if row["ring_at"] is None else wall_time_of(row["ring_at"], row["timezone"])
            assert row["next_ring_date"] == (None if local is None else local.date())
        await connection.execute("update user_preferences set timezone = 'Europe/Paris'")
        assert await connection.fetchval("select count(*) from alarms where timezone = 'Europe/Paris'") == 2
        await connection.close()


async def test_stock_and_gains_from_before_there_were_languages_are_english(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = migrations()
    with server.database(template=None) as url:
        monkeypatch.setattr(module, "migrations", lambda: [one for one in everything if one.number < 10])
        await migrate(url)
        connection = await asyncpg.connect(url)
        await connection.execute(
            "insert into audio (audio_type, status, tier, engine, voice, parts, duration_seconds, file_size, etag,"
            " generated_at) values ('stock', 'ready', 'stock', 'e', 'alloy', '[{}]', 1, 1, 'x', now());"
            " insert into onealarm.voice_gains (engine, voice, gain_db) values ('e', 'alloy', 6.9)"
        )
        monkeypatch.setattr(module, "migrations", lambda: everything)
        assert "0010_languages.sql" in await migrate(url)
        assert await connection.fetchval("select language from audio") == "en"
        assert await connection.fetchval("select language from onealarm.voice_gains") == "en"
        with pytest.raises(asyncpg.CheckViolationError, match="stock_has_a_language"):
            await connection.execute("update audio set language = null")
        with pytest.raises(asyncpg.NotNullViolationError):
            await connection.execute("insert into onealarm.voice_gains (engine, voice, gain_db) values ('f', 'x', 1)")
        await connection.close()
