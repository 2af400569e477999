"""Checked connections: a name is resolved once, every address judged, and a judged address is dialled."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import anyio.to_thread
import httpcore

from onealarm.errors import SourceUnavailable
from onealarm.http.addresses import AddressGuard

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""From host and port to IP addresses as text, the preferred first. Raises ``OSError`` when there are none."""

_LOOKUPS_AT_ONCE: Final = 4


def system_resolver() -> Resolve:
    """Asks the operating system, in threads of its own: slow names must not hold up other work."""
    limiter = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        found = await anyio.to_thread.run_sync(
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
            abandon_on_cancel=True,
            limiter=limiter,
        )
        return tuple(dict.fromkeys(str(address[0]) for *_, address in found))

    return resolve


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials for the HTTP library, which keeps the name for ``Host``, TLS server name and certificate check.

    A name may answer differently each time it is asked (DNS rebinding), so it is asked once per connection,
    and what is dialled is an address that was judged. One address not permitted refuses the name as a whole.
    """

    def __init__(self, *, guard: AddressGuard, resolve: Resolve) -> None:
        self._guard = guard
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises ``SourceUnavailable`` for a name that does not resolve or leads where it must not."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._permitted(host, port)
                return await self._dial(addresses, port, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error

    async def _permitted(self, host: str, port: int) -> tuple[str, ...]:
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise SourceUnavailable(host, "the name could not be resolved") from error
        if not addresses or not all(self._guard.permits(address) for address in addresses):
            raise SourceUnavailable(host, "the name leads to an address that is not public")
        return addresses

    async def _dial(
        self,
        addresses: tuple[str, ...],
        port: int,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        *alternatives, last = addresses
        for address in alternatives:
            try:
                return await self._network.connect_tcp(
                    address, port, local_address=local_address, socket_options=socket_options
                )
            except httpcore.ConnectError:
                continue  # the next address may answer
        return await self._network.connect_tcp(last, port, local_address=local_address, socket_options=socket_options)
