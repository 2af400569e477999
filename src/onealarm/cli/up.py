"""``onealarm up``, ``api`` and ``worker``: the processes that run."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from ipaddress import ip_address
from typing import Annotated

import typer
from prometheus_client import start_http_server

from onealarm.api.app import create_app
from onealarm.api.server import serve
from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.cli.first_alarm import create_first_alarm
from onealarm.cli.leading import lead
from onealarm.cli.listening import listening, shown
from onealarm.cli.stopping import call_when, until_stopped
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.errors import DatabaseUnavailable
from onealarm.maintenance.service import keep_running
from onealarm.worker.memory import collect_seldom


def up() -> None:
    """Run everything on one machine: database, worker, API and the page."""
    with running.told():
        settings = running.settings()
        with listening(settings.host, settings.port) as listener, running.database_url(settings) as url:
            running.run(_up(settings, url, listener))


def api() -> None:
    """Run the API and the page alone."""
    with running.told():
        settings = running.settings()
        with listening(settings.host, settings.port) as listener, running.database_url(settings) as url:
            running.run(_api(settings, url, listener))


def worker(
    slots: Annotated[
        str | None,
        typer.Option(help="Briefings side by side, or auto: what the leader asks for. In place of ONEALARM_SLOTS."),
    ] = None,
) -> None:
    """Run a worker and the background services alone."""
    with running.told():
        settings = running.settings(**({} if slots is None else {"ONEALARM_SLOTS": slots}))
        with running.database_url(settings) as url:
            running.run(_worker(settings, url))


async def _up(settings: Settings, url: str, listener: socket.socket) -> None:
    async with running.parts(settings, url) as parts, until_stopped() as stopping:
        created = await create_first_alarm(parts)
        async with asyncio.TaskGroup() as group:
            group.create_task(_work(parts, stopping))
            group.create_task(lead(parts, stopping))
            group.create_task(_serve(parts, listener, stopping, created))


async def _api(settings: Settings, url: str, listener: socket.socket) -> None:
    async with running.parts(settings, url) as parts, until_stopped() as stopping:
        following = asyncio.create_task(keep_running(parts.follower, clock=SystemClock(), events=parts.events))
        await _serve(parts, listener, stopping, None)
        following.cancel()


async def _worker(settings: Settings, url: str) -> None:
    async with running.parts(settings, url) as parts, until_stopped() as stopping:
        if settings.metrics_port is not None:
            start_http_server(settings.metrics_port, addr=settings.host, registry=parts.metrics.registry)
        running.err.print(f"worker {parts.worker.id} is running; Ctrl-C stops it")
        await _work(parts, stopping)


async def _work(parts: Parts, stopping: asyncio.Event) -> None:
    """The worker and the services, until told to stop; the worker then drains, and the services go last."""
    collect_seldom()
    clock = SystemClock()
    with contextlib.suppress(DatabaseUnavailable):  # the heartbeat goes on trying
        await parts.queue.beat(parts.worker.id)  # what the services claim is a living worker's
    async with asyncio.TaskGroup() as group:
        services = [
            group.create_task(keep_running(service, clock=clock, events=parts.events))
            for service in (parts.follower, *parts.services)
        ]
        listening = group.create_task(parts.listener.run())
        stop = group.create_task(call_when(stopping, parts.worker.stop))
        await parts.worker.run()
        for task in (*services, listening, stop):
            task.cancel()


async def _serve(parts: Parts, listener: socket.socket, stopping: asyncio.Event, note: str | None) -> None:
    host, port = listener.getsockname()[:2]
    server = serve(create_app(parts, household=parts.settings.household and _is_loopback(host)))

    def stop() -> None:
        parts.dispatcher.stop()
        server.should_exit = True

    watching = asyncio.create_task(call_when(stopping, stop))
    running.out.print(f"OneAlarm is ready. Listen at http://{shown(host)}:{port}/")
    if note:
        running.out.print(note)
    running.out.print("Ctrl-C stops it; alarms and audio are kept.")
    await server.serve(sockets=[listener])
    watching.cancel()


def _is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback
