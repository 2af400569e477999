"""The shared client for outside content: polite, bounded in time and size, kept off private networks."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Final, Self
from weakref import WeakValueDictionary

import httpcore
import httpx

from onealarm.errors import BadInput, SourceUnavailable
from onealarm.http.addresses import AddressGuard
from onealarm.http.body import BodyError, read_body
from onealarm.http.network import GuardedBackend, Resolve, system_resolver
from onealarm.http.urls import check_url

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HTTP_ERRORS: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long and how much. ``total`` covers a whole fetch, with its wait for a turn and its redirects."""

    connect: timedelta = timedelta(seconds=5)
    read: timedelta = timedelta(seconds=5)
    total: timedelta = timedelta(seconds=15)
    body_bytes: int = 2 * 1024 * 1024
    redirects: int = 5
    at_once: int = 16
    at_once_per_host: int = 2


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. ``url`` is where it came from in the end; ``body`` is decoded, and read where it was asked for."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class Fetcher:
    """Fetches with GET, without cookies, credentials, referrer or proxies from the environment.

    Used as an async context manager, or closed with ``aclose``. ``contact`` goes into the User-Agent, so that a
    publisher knows whom to write to; ``allowed_networks`` are private networks that may be reached all the same.
    """

    def __init__(
        self,
        *,
        contact: str,
        allowed_networks: Iterable[str] = (),
        limits: FetchLimits | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not contact.strip() or not (contact.isascii() and contact.isprintable()):
            raise BadInput("ONEALARM_CONTACT", "is empty or not plain ASCII text", "Give a URL or an e-mail address")
        self._user_agent = f"OneAlarm/{version('onealarm')} ({contact})"
        self._guard = AddressGuard(allowed_networks)
        self._limits = limits or FetchLimits()
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=self._limits.at_once,
            keepalive_expiry=15,
            network_backend=GuardedBackend(guard=self._guard, resolve=resolve or system_resolver()),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    def check(self, url: str, *, field: str = "url") -> httpx.URL:
        """The parsed URL; raises ``BadInput`` for one that can never be fetched. Looks nothing up."""
        return check_url(url, guard=self._guard, field=field)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        read: Container[int] = (200,),
    ) -> Fetched:
        """The response after redirects, whatever its status; its body for the statuses to ``read``.

        ``secrets`` are headers too, which go to the URL's own origin and to no other that it redirects to.

        Raises ``BadInput`` for a URL that can never be right, and ``SourceUnavailable`` (naming the host
        only, since paths may hold secrets) when there is no usable response in time.
        """
        target = self.check(url)
        try:
            async with asyncio.timeout(self._limits.total.total_seconds()):
                return await self._follow(target, headers or {}, secrets or {}, read)
        except TimeoutError as error:
            seconds = self._limits.total.total_seconds()
            raise SourceUnavailable(target.host, f"not done within {seconds:g} s") from error
        except BodyError as error:
            raise SourceUnavailable(target.host, f"its answer cannot be used: {error}") from error
        except _HTTP_ERRORS as error:
            raise SourceUnavailable(target.host, f"no answer ({type(error).__name__})") from error

    async def _follow(
        self, first: httpx.URL, headers: Mapping[str, str], secrets: Mapping[str, str], read: Container[int]
    ) -> Fetched:
        target = first
        for _ in range(self._limits.redirects + 1):
            own = {**headers, **secrets} if _origin(target) == _origin(first) else headers
            answer = await self._request(target, own, read)
            if isinstance(answer, Fetched):
                return answer
            target = answer
        raise SourceUnavailable(first.host, f"redirects more than {self._limits.redirects} times")

    async def _request(
        self, target: httpx.URL, headers: Mapping[str, str], read: Container[int]
    ) -> Fetched | httpx.URL:
        """One request: the response, or the place it redirects to."""
        limits = self._limits
        timeouts = {
            "connect": limits.connect.total_seconds(),
            "read": limits.read.total_seconds(),
            "write": limits.read.total_seconds(),
        }
        async with (
            self._turn(target.host),
            self._pool.stream(
                "GET",
                httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path),
                headers=self._headers(target, headers),
                extensions={"timeout": timeouts},
            ) as response,
        ):
            received = httpx.Headers(response.headers)
            if response.status in _REDIRECTS and "location" in received:
                return self._next(target, received["location"])
            body = b""
            if response.status in read:
                body = await read_body(response.aiter_stream(), headers=received, limit=limits.body_bytes)
            return Fetched(url=str(target), status=response.status, headers=received, body=body)

    def _headers(self, target: httpx.URL, headers: Mapping[str, str]) -> list[tuple[str, str]]:
        return [
            ("Host", target.netloc.decode("ascii")),
            ("User-Agent", self._user_agent),
            ("Accept-Encoding", "gzip"),
            *headers.items(),
        ]

    def _next(self, target: httpx.URL, location: str) -> httpx.URL:
        """Where a redirect leads, judged as strictly as what the user gave."""
        try:
            following = self.check(str(target.join(location)))
        except (BadInput, httpx.InvalidURL, UnicodeError) as error:
            raise SourceUnavailable(target.host, "redirects to where it must not") from error
        if target.scheme == "https" and following.scheme == "http":
            raise SourceUnavailable(target.host, "redirects from https to http")
        return following

    def _turn(self, host: str) -> asyncio.Semaphore:
        turn = self._turns.get(host)
        if turn is None:
            turn = self._turns[host] = asyncio.Semaphore(self._limits.at_once_per_host)
        return turn


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
