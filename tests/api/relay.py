"""A relay in front of PostgreSQL's socket, which can be cut: to its clients the database is then away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, unquote

_SOCKET = ".s.PGSQL.5432"
_HOST = re.compile(r"host=([^&]+)")


class Relay:
    def __init__(self, url: str, folder: Path) -> None:
        [host] = _HOST.findall(url)
        self._server_socket = Path(unquote(host)) / _SOCKET
        self._socket = folder / _SOCKET
        self._ends: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.url = _HOST.sub(f"host={quote(str(folder), safe='')}", url)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_unix_server(self._relay, path=self._socket)
        try:
            yield
        finally:
            server.close()
            await self.cut()

    async def cut(self) -> None:
        """Break every connection, and take no more."""
        self._socket.unlink(missing_ok=True)
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self._server_socket)
        self._ends |= {writer, server_writer}
        self._pumps |= {
            asyncio.create_task(_pump(reader, server_writer)),
            asyncio.create_task(_pump(server_reader, writer)),
        }


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
