"""A connection for a few statements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """Open for as long as the block runs."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
