"""The server that everything is measured on: its settings, a fresh database for each measurement, and its WAL."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from onealarm.bench.connecting import connected
from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.bench.connecting import Connection

_SQL: Final = statements("server", package="onealarm.bench")
_LOOKS: Final = 100
_BETWEEN_LOOKS: Final = 0.1
"""Seconds."""

_ALIKE: Final = 3
"""Counters that were the same as often in a row count as final."""


@dataclass(frozen=True, slots=True)
class Wal:
    """Bytes of WAL: ``net`` is without full-page images, ``raw`` the way that the position went.

    An image is taken for a whole page, though PostgreSQL leaves out its unused middle: ``net`` is a little low where
    there were many.
    """

    net: int
    raw: int

    def since(self, before: Wal) -> Wal:
        return Wal(self.net - before.net, self.raw - before.raw)


class BenchServer:
    """One session on the server, for what surrounds the measurements."""

    def __init__(self, url: str, connection: Connection) -> None:
        self._url = url
        self._connection = connection

    async def settings(self) -> dict[str, Any]:
        """What the figures depend on."""
        row = await self._connection.fetchrow(_SQL["read_settings"])
        assert row is not None, "settings are always there"
        return {
            **row,
            "cores": len(os.sched_getaffinity(0)),
            "python_version": platform.python_version(),
            "onealarm_version": version("onealarm"),
        }

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[str]:
        """The address of a new database, dropped afterwards. The name is ours."""
        await self._connection.execute(f"create database {name}")
        try:
            yield urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))
        finally:
            await self._connection.execute(f"drop database {name} with (force)")

    async def settle(self, url: str, *, filled: bool) -> None:
        """Before a phase: nothing left to write of the phase before; and, where there are rows, fresh statistics."""
        if filled:
            async with connected(url) as connection:
                await connection.execute("analyze")
        await self._connection.execute("checkpoint")

    async def wal(self) -> Wal:
        """What was written so far. Sessions report late, so this waits, for a bounded time, until nothing is added."""
        for _ in range(_LOOKS):
            if await self._connection.fetchval(_SQL["count_sessions"]) == 0:
                break
            await asyncio.sleep(_BETWEEN_LOOKS)
        found = await self._wal()
        alike = 1
        for _ in range(_LOOKS):
            if alike == _ALIKE:
                break
            await asyncio.sleep(_BETWEEN_LOOKS)
            before, found = found, await self._wal()
            alike = alike + 1 if found == before else 1
        return found

    async def _wal(self) -> Wal:
        await self._connection.execute(_SQL["report_own_wal"])
        row = await self._connection.fetchrow(_SQL["read_wal"])
        assert row is not None, "the view has one row"
        return Wal(net=row["bytes"] - row["images"] * row["page"], raw=row["position"])


@asynccontextmanager
async def bench_server(url: str) -> AsyncIterator[BenchServer]:
    """The server at ``url``, of which nobody else makes use."""
    async with connected(url) as connection:
        yield BenchServer(url, connection)
