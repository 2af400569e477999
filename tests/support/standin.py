"""The stand-in for OpenAI's API, running on 127.0.0.1, and voices and models that call it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from onealarm.api.server import serve
from onealarm.clock import Clock, SystemClock
from onealarm.control.prices import SpeechPrice, TextPrice
from onealarm.events import Events
from onealarm.http.openai_api import OpenAIApi
from onealarm.ids import WorkerId
from onealarm.pipeline.ports import Voice
from onealarm.processes import ChildProcesses
from onealarm.standin.app import create_standin
from onealarm.standin.faults import Faults
from onealarm.standin.speech import Speech
from onealarm.voices.checked import CheckedVoice
from onealarm.voices.openai_speech import OpenAISpeech, SpeechModel
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.leasing import Offer
from onealarm.worker.meter import Meter
from onealarm.worker.provider_calls import ProviderCalls
from onealarm.worker.waiting_line import Line
from onealarm.writers.model import ModelClient, TextModel


class NoLeases:
    """Implements ``Leases`` where nothing has a limit."""

    async def renew(self, worker: WorkerId, asks: object) -> list[Offer]:
        del worker, asks
        return []

    async def leave(self, worker: WorkerId) -> None: ...

    async def note_failures(self, failures: object) -> None: ...


@dataclass
class StandIn:
    """A running stand-in: its ``faults`` can be changed at any time."""

    base_url: str
    faults: Faults
    processes: ChildProcesses
    apis: list[OpenAIApi] = field(default_factory=list)

    async def counts(self) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as client:
            found: dict[str, Any] = (await client.get(self.base_url.removesuffix("/v1") + "/counts")).json()
        return found

    def calls(self, model: str, *, clock: Clock | None = None, events: Events | None = None) -> ProviderCalls:
        """Calls without limits."""
        clock = clock or SystemClock()
        start, time = clock.now(), DatabaseTime(steady=lambda: seconds_since(start, clock))
        time.hear(datetime.now(UTC))
        meter = Meter(NoLeases(), worker=WorkerId(uuid4()), limits=(), now=time.now)
        line = Line(meter, time=time, clock=clock)
        return ProviderCalls(
            "standin", model, meter=meter, line=line, time=time, clock=clock, random=Random(1), events=events
        )

    def voice(self, *, events: Events | None = None, clock: Clock | None = None, **model: Any) -> Voice:
        """A checked voice that asks this server for tones."""
        time = DatabaseTime()
        time.hear(datetime.now(UTC))
        asked = SpeechModel(
            **{
                "provider": "standin",
                "model": "tts-1",
                "answers_within": timedelta(seconds=2),
                "price": SpeechPrice(usd_per_million_characters=15.0),
                **model,
            }
        )
        api = OpenAIApi(base_url=self.base_url, key="sk-test")
        self.apis.append(api)
        calls = self.calls("tts-1", clock=clock, events=events)
        return CheckedVoice(OpenAISpeech(api, asked, calls=calls, processes=self.processes, time=time))

    def model(self, **asked: Any) -> ModelClient:
        """A model behind this server."""
        time = DatabaseTime()
        time.hear(datetime.now(UTC))
        api = OpenAIApi(base_url=self.base_url, key="sk-test")
        self.apis.append(api)
        model = TextModel(**{"provider": "standin", "model": "gpt-5-mini", "price": TextPrice(0.25, 2.0), **asked})
        return ModelClient(api, model, calls=self.calls("gpt-5-mini"), time=time)


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    faults = Faults()
    async with ChildProcesses(1) as processes:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = serve(create_standin(Speech(voice=None, processes=processes), faults=faults))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                running = StandIn(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", faults, processes)
                yield running
                for api in running.apis:
                    await api.aclose()
            finally:
                server.should_exit = True
                server.force_exit = True  # a call that hangs is not waited for
                await serving


def seconds_since(start: datetime, clock: Clock) -> float:
    return (clock.now() - start).total_seconds()
