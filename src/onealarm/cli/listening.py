"""The address that a command serves at."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from onealarm.errors import BadInput


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The address is taken before anything is started, so that a port in use is told at once. Raises ``BadInput``."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise BadInput(
            "PORT",
            f"{host}:{port} cannot be listened on: {error.strerror or error}",
            "Stop what uses it, or set PORT (and HOST) to another address",
        ) from error
    with listener:
        yield listener


def shown(host: str) -> str:
    """The host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
