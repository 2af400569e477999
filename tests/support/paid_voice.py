"""A paid voice for tests: each sentence is a call over HTTP that goes by leases, and comes back with its charge."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Final

import httpx

from onealarm.control.governor.pools import PoolId, PoolLimit
from onealarm.errors import Retryable, VoiceFailed
from onealarm.ids import WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due, Utterance
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.leasing import Leases
from onealarm.worker.meter import Meter
from onealarm.worker.provider_calls import Answer, ProviderCalls
from onealarm.worker.waiting_line import Line
from tests.support.clock import VirtualClock
from tests.support.provider_server import ProviderServer
from tests.support.voices import tone

REQUESTS: Final = PoolId("acme", "talk", "requests")
USD_PER_CALL: Final = 0.001
_HOUR: Final = timedelta(hours=1)


class PaidVoice:
    """Implements ``onealarm.pipeline.ports.Voice``. ``limit`` is what its provider allows, in calls per minute."""

    engine = "acme/talk"

    def __init__(
        self, server: ProviderServer, leases: Leases, *, worker: WorkerId, limit: float, clock: VirtualClock
    ) -> None:
        self._server = server
        self._time = DatabaseTime(steady=lambda: clock.now().timestamp())
        self._time.hear(clock.now())
        limits = [PoolLimit(REQUESTS, limit, 1.0)]
        self.meter = Meter(leases, worker=worker, limits=limits, now=self._time.now, least={REQUESTS: 1.0})
        self._calls = ProviderCalls(
            "acme",
            "talk",
            meter=self.meter,
            line=Line(self.meter, time=self._time, clock=clock),
            time=self._time,
            clock=clock,
            random=Random(3),
        )
        self._client = httpx.AsyncClient(timeout=10, verify=False)

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        now = self._time.now()
        try:
            await self._calls.run(
                self._ask,
                work={REQUESTS: 1.0},
                ring_at=now + _HOUR if due is None else due.ring_at,
                latest=now + _HOUR if due is None else due.latest,
                typical=timedelta(seconds=1),
            )
        except Retryable as error:
            raise VoiceFailed(str(error), wait=error.wait) from error
        charge = Charge("acme", "talk", characters=len(text), usd=USD_PER_CALL)
        return Utterance(tone(f"{voice}:{language}:{text}"), charge)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _ask(self) -> Answer[str]:
        try:
            answer = await self._client.get(self._server.url)
        except httpx.HTTPError as error:
            raise Retryable(type(error).__name__) from error
        return Answer(answer.status_code, answer.headers, answer.text)
