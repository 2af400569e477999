"""The HTTP server. When to stop is the caller's decision: it sets ``should_exit``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

_GRACE_SECONDS: Final = 5


class _Server(uvicorn.Server):
    """Leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: ASGIApp) -> uvicorn.Server:
    """A server, to be run with ``await server.serve(sockets=[listener])``.

    Once ``should_exit`` is set it takes no more requests, finishes those it has within 5 s, and returns. Requests are
    not logged: their paths and headers are the users' affair.
    """
    return _Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
