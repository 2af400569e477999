"""The server: on a real socket, stopped by its caller and by nobody else."""

from __future__ import annotations

import asyncio
import signal
import socket

import httpx
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from onealarm.api.server import serve

SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def test_it_leaves_signals_alone_finishes_what_it_has_and_stops(app: FastAPI) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await go_on.wait()
        await app(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = serve(slow)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        async with httpx.AsyncClient(base_url=address) as client:
            asking = asyncio.create_task(client.get("/healthz"))
            await asyncio.wait_for(begun.wait(), 10)
            assert [signal.getsignal(number) for number in SIGNALS] == before
            server.should_exit = True
            go_on.set()
            response = await asking
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
        assert "server" not in response.headers
        await asyncio.wait_for(serving, 10)
    assert [signal.getsignal(number) for number in SIGNALS] == before
