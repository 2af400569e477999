"""A provider on 127.0.0.1 that takes so many calls a minute, and says so as providers do, truly or not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

_MINUTE: Final = timedelta(minutes=1)

Answering = Callable[["ProviderServer", datetime], tuple[int, Mapping[str, str]]]


def by_limit(server: ProviderServer, now: datetime) -> tuple[int, Mapping[str, str]]:
    """200 within the limit, else 429 with the pause until there is room; refused calls do not count."""
    while server.taken and server.taken[0] <= now - _MINUTE:
        server.taken.popleft()
    if len(server.taken) >= server.limit:
        pause = server.taken[len(server.taken) - server.limit] + _MINUTE - now
        return 429, {"Retry-After": f"{pause.total_seconds():.3f}", "x-ratelimit-remaining-requests": "0"}
    server.taken.append(now)
    return 200, {"x-ratelimit-limit-requests": str(server.limit)}


def without_a_word(server: ProviderServer, now: datetime) -> tuple[int, Mapping[str, str]]:
    """The same, but only refusals tell that there is a limit."""
    status, headers = by_limit(server, now)
    return status, {name: value for name, value in headers.items() if name == "Retry-After"}


@dataclass
class ProviderServer:
    """``answering`` decides on each call and may be changed at will; ``statuses`` are what it answered, and when."""

    now: Callable[[], datetime]
    limit: int = 60
    answering: Answering = by_limit
    taken: deque[datetime] = field(default_factory=deque)
    statuses: list[tuple[datetime, int]] = field(default_factory=list)
    port: int = 0

    @classmethod
    @asynccontextmanager
    async def running(cls, now: Callable[[], datetime], *, limit: int = 60) -> AsyncIterator[Self]:
        server = cls(now, limit=limit)
        listener = await asyncio.start_server(server._serve, "127.0.0.1")
        server.port = listener.sockets[0].getsockname()[1]
        try:
            yield server
        finally:
            listener.close()
            await listener.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/speak"

    def count(self, status: int) -> int:
        return sum(one == status for _, one in self.statuses)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            now = self.now()
            status, headers = self.answering(self, now)
            self.statuses.append((now, status))
            lines = [f"HTTP/1.1 {status} Answer", "Content-Length: 2", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\nok").encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away
        finally:
            writer.close()
