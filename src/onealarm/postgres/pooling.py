"""Whether there is a pooler between us and the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

_SQL = statements("pooling")


async def is_pooled(connection: asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]) -> bool:
    """A server tells each client the number of its process; a pooler, whose sessions have many clients, makes one up.

    So it is also in session mode, where a pooler does no harm.
    """
    process: int = await connection.fetchval(_SQL["tell_process"])
    return process != connection.get_server_pid()
