"""``onealarm standin``: a server that behaves as OpenAI's does, for trying and testing without one."""

from __future__ import annotations

import asyncio
import socket
from typing import Annotated

import typer

from onealarm.api.server import serve
from onealarm.cli import running
from onealarm.cli.listening import listening, shown
from onealarm.cli.stopping import call_when, until_stopped
from onealarm.errors import BadInput
from onealarm.processes import ChildProcesses
from onealarm.standin.app import create_standin
from onealarm.standin.faults import Faults
from onealarm.standin.speech import Speech
from onealarm.voices.espeak import EspeakVoice


def standin(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8081,
    host: Annotated[str, typer.Option(help="127.0.0.1 for this machine alone.")] = "127.0.0.1",
    key: Annotated[str | None, typer.Option(help="The key that callers must give; otherwise any.")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="speech=NAME or chat=NAME; with *N for N calls, and a comma before what comes then."),
    ] = None,
    tones: Annotated[bool, typer.Option("--tones", help="Tones in the place of speech: less work.")] = False,
) -> None:
    """Stand in for an OpenAI-compatible server: speech, chat, limits, and faults that PUT /faults changes."""
    with running.told():
        faults = _faults(fault or [])
        with listening(host, port) as listener:
            running.run(_serve(listener, faults, key, tones=tones))


def _faults(given: list[str]) -> Faults:
    faults = Faults()
    for one in given:
        endpoint, equals, name = one.partition("=")
        if not equals:
            raise BadInput("--fault", f"{one!r} names no endpoint", "Give speech=… or chat=…")
        faults.put(endpoint, name)
    return faults


async def _serve(listener: socket.socket, faults: Faults, key: str | None, *, tones: bool) -> None:
    async with ChildProcesses() as processes, until_stopped() as stopping:
        speech = Speech(voice=None if tones else EspeakVoice(processes), processes=processes)
        server = serve(create_standin(speech, faults=faults, key=key))

        def stop() -> None:
            server.should_exit = True

        watching = asyncio.create_task(call_when(stopping, stop))
        address, number = listener.getsockname()[:2]
        running.out.print(f"The stand-in is ready: --base-url http://{shown(address)}:{number}/v1")
        await server.serve(sockets=[listener])
        watching.cancel()
