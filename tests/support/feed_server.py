"""A web server on 127.0.0.1 that answers as publishers do: properly, or as badly as a test asks."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self

from tests.support.clock import NOON

ITEM = "<item><title>{title}</title><link>https://news.example/{number}</link><pubDate>{date}</pubDate></item>"


def rss(*titles: str, publisher: str = "The Daily Example") -> bytes:
    """A feed with these headlines, published at noon."""
    date = format_datetime(NOON, usegmt=True)
    items = "".join(ITEM.format(title=title, number=number, date=date) for number, title in enumerate(titles))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{publisher}</title>'
        f"<link>https://news.example</link><description>News</description>{items}</channel></rss>"
    ).encode()


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. Names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Answer:
    """What the server says to a path.

    With an ``etag`` or ``last_modified`` it answers conditional requests as RFC 9110 says. ``raw`` is sent as it stands
    instead of all else. With ``hold`` it stops after the header, or after ``before_hold`` bytes of the body, until the
    event is set.
    """

    body: bytes = b""
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("Content-Type", "application/rss+xml"),)
    etag: str | None = None
    last_modified: str | None = None
    raw: bytes | None = None
    hold: asyncio.Event | None = None
    before_hold: int = 0


@dataclass
class FeedServer:
    """``answers`` by path, changed at will; every request is kept in ``requests``; ``asked`` is set by each one."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    port: int = 0
    scheme: str = "http"

    @classmethod
    @asynccontextmanager
    async def running(cls, *, tls: bool = False, host: str = "127.0.0.1") -> AsyncIterator[Self]:
        """A server on a port of its own, which is gone with all its connections at the end."""
        server = cls(scheme="https" if tls else "http")
        listener = await asyncio.start_server(server._serve, host, ssl=_server_context() if tls else None)
        server.port = listener.sockets[0].getsockname()[1]
        try:
            yield server
        finally:
            listener.close()
            left = tuple(server._tasks)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def says(self, path: str, body: bytes = b"", **more: object) -> str:
        """Answer ``path`` with ``body`` from now on; its URL. ``more`` are fields of ``Answer``."""
        self.answers[path] = Answer(body, **more)  # type: ignore[arg-type]  # the fields' own types hold at the call
        return self.url(path)

    def answer_to(self, request: Request) -> Answer:
        return self.answers.get(request.path, Answer(status=404))

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass  # the client left, or the test is over
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        request = Request(path, headers)
        self.requests.append(request)
        self.asked.set()
        answer = self.answer_to(request)
        if answer.raw is not None:
            writer.write(answer.raw)
            await writer.drain()
            return False
        await self._send(answer, headers, writer)
        return True

    async def _send(self, answer: Answer, asked: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        unchanged = _unchanged(answer, asked)
        body = b"" if unchanged else answer.body
        status = 304 if unchanged else answer.status
        headers = [*answer.headers, ("Content-Length", str(len(body)))]
        if answer.etag:
            headers.append(("ETag", answer.etag))
        if answer.last_modified:
            headers.append(("Last-Modified", answer.last_modified))
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers)]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        if answer.hold is not None:
            writer.write(body[: answer.before_hold])
            await writer.drain()
            await answer.hold.wait()
            body = body[answer.before_hold :]
        writer.write(body)
        await writer.drain()


def _unchanged(answer: Answer, asked: Mapping[str, str]) -> bool:
    """If-None-Match wins over If-Modified-Since."""
    if "if-none-match" in asked:
        return answer.etag is not None and asked["if-none-match"] == answer.etag
    return answer.last_modified is not None and asked.get("if-modified-since") == answer.last_modified


TLS_NAME = "news.example"
TLS_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUL4vpzPRjzDdHggNs5kjdiBVfJ7EwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbmV3cy5leGFtcGxlMCAXDTI2MTEyNDAyMzMxN1oYDzIxMjYx
MDMxMDIzMzE3WjAXMRUwEwYDVQQDDAxuZXdzLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATnAkIi1vjSlLG/r2Wo14dnUswuzmy9fnCbhjVBg4OC4zaT
nGox5A5cNZgugtFYpB/enH0+U/EeYYCIrYtjb3eNo2wwajAdBgNVHQ4EFgQUNK/l
Glvyw5nQMXX1veP0EFH3dMUwHwYDVR0jBBgwFoAUNK/lGlvyw5nQMXX1veP0EFH3
dMUwFwYDVR0RBBAwDoIMbmV3cy5leGFtcGxlMA8GA1UdEwEB/wQFMAMBAf8wCgYI
KoZIzj0EAwIDSAAwRQIhAPSv1+6OKtoYSpA8fD4uiGp+XvgpJi8jwKP04wE7HlHo
AiAb/Abdr7VfZN71mtuFR4h8iLe0eQ+J0qeIQNGWAYBSTw==
-----END CERTIFICATE-----
"""
"""For ``TLS_NAME``, signed by itself; for these tests only, good for a hundred years."""

_TLS_KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgturC0YPU+rN9dvpW
0oYeojfXychsawq8l46jzeB/NxGhRANCAATnAkIi1vjSlLG/r2Wo14dnUswuzmy9
fnCbhjVBg4OC4zaTnGox5A5cNZgugtFYpB/enH0+U/EeYYCIrYtjb3eN
-----END PRIVATE KEY-----
"""


def client_context() -> ssl.SSLContext:
    """Trusts the server's certificate, and checks names as ever."""
    return ssl.create_default_context(cadata=TLS_CERTIFICATE)


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "both.pem")
        path.write_text(TLS_CERTIFICATE + _TLS_KEY)
        context.load_cert_chain(path)
    return context
