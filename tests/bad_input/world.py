"""What is there before something bad is given, and how to tell that all of it is still there and nothing more."""

from __future__ import annotations

from datetime import time
from typing import Any, Final
from uuid import UUID

import asyncpg

SARAH: Final = UUID("11111111-1111-4111-8111-111111111111")
OTTO: Final = UUID("22222222-2222-4222-8222-222222222222")
WEEKLY: Final = UUID("aaaaaaaa-0000-4000-8000-000000000001")
OFF: Final = UUID("aaaaaaaa-0000-4000-8000-000000000002")
OTTOS: Final = UUID("bbbbbbbb-0000-4000-8000-000000000001")
STOCK: Final = UUID("cccccccc-0000-4000-8000-000000000001")
NOBODY: Final = UUID("99999999-9999-4999-8999-999999999999")

_TABLES: Final = """
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'onealarm') and c.relkind = 'r'
    order by 1
"""
_DIGEST: Final = (
    "select '{table}', count(*) || ':' || coalesce(sum(hashtextextended(r::text, 0)), 0)::text from {table} r"
)


async def furnish(connection: asyncpg.Connection[Any]) -> None:
    """Two users, alarms on and off, a weather report, and a stock briefing."""
    await connection.execute(
        "insert into users (id, email) values ($1, 'sarah@example.org'), ($2, 'otto@example.org')", SARAH, OTTO
    )
    await connection.execute(
        """insert into user_preferences (user_id, preferred_name, timezone)
           values ($1, 'Sarah', 'America/New_York'), ($2, 'Otto', 'Europe/Berlin')""",
        SARAH,
        OTTO,
    )
    await connection.execute(
        """insert into alarms (id, user_id, alarm_time_local, days, active)
           values ($1, $3, $5, '{1,2,3,4,5}', true), ($2, $3, $5, '{6,7}', false), ($4, $6, $5, '{1}', true)""",
        WEEKLY,
        OFF,
        SARAH,
        OTTOS,
        time(7),
        OTTO,
    )
    await connection.execute(
        "insert into weather_data (user_id, location, current_temp, unit) values ($1, 'New York', 41, 'F')", SARAH
    )
    await connection.execute(
        """insert into audio (id, audio_type, status, tier, engine, voice, parts, duration_seconds, file_size, etag,
                              language, generated_at)
           values ($1, 'stock', 'ready', 'stock', 'none', 'alloy', $2, 1, 1, 'e', 'en', onealarm.now())""",
        STOCK,
        '[{"key": "0", "frames": 1, "size": 1}]',
    )


async def dump(url: str) -> dict[str, str]:
    """Of every table the number of rows, and a hash of all that is in them."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        digests = " union all ".join(_DIGEST.format(table=table) for table in tables)
        found = {row[0]: row[1] for row in await connection.fetch(digests)}
    finally:
        await connection.close()
    assert len(found) == len(tables) > 10
    return found
