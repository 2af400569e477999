"""Calls of one model: paced, retried a little, held back when it refuses or fails, never later than they help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Final, Generic, NoReturn, TypeVar

from onealarm.clock import Clock
from onealarm.control.governor.breaker import PROBE, Breaker
from onealarm.control.governor.headers import limits_said, retry_after
from onealarm.control.governor.pools import Work
from onealarm.control.governor.retries import RetryBudget, next_try
from onealarm.control.governor.throttle import Throttle
from onealarm.errors import Permanent, Retryable
from onealarm.events import BreakerTurned, CallEnded, CallResult, Events, ProviderExhausted
from onealarm.jobs.priority import Priority
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.meter import Meter
from onealarm.worker.waiting_line import Line

T = TypeVar("T")

TOO_MANY: Final = 429
_FAILED: Final = 500
_ACCEPTED: Final = 400


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a provider answered: its status as in HTTP, its headers, the units it charged where they are known.

    ``exhausted``: it says that there is no money or quota left, which no waiting mends.
    """

    status: int
    headers: Mapping[str, str]
    value: T
    charged: Work = field(default_factory=dict)
    exhausted: bool = False


class ProviderCalls:
    """All calls of one provider's model by this worker."""

    def __init__(
        self,
        provider: str,
        model: str,
        *,
        meter: Meter,
        line: Line,
        time: DatabaseTime,
        clock: Clock,
        random: Random,
        events: Events | None = None,
    ) -> None:
        self._provider, self._model = provider, model
        self._meter = meter
        self._line = line
        self._time = time
        self._clock = clock
        self._random = random
        self._events = events or Events([])
        self._budget = RetryBudget()
        self._breaker = Breaker()
        self._throttle: Throttle | None = None

    async def run(
        self,
        call: Callable[[], Awaitable[Answer[T]]],
        *,
        work: Work,
        ring_at: datetime,
        latest: datetime,
        typical: timedelta,
    ) -> T:
        """Make the call until it succeeds, at most three times, and return what it gave.

        ``work`` is reserved before each attempt (for a script its longest form) and set right after it. ``latest`` is
        when the answer must be there, ``typical`` how long one takes as a rule. ``call`` raises ``Retryable`` where no
        answer came. Raises ``Retryable`` when there is no point in trying on now, with the pause that was asked for,
        and ``Permanent`` when the provider refuses the call for what it says.
        """
        self._budget = self._budget.first_attempt()
        attempt = 1
        while True:
            try:
                return await self._attempt(call, work=work, ring_at=ring_at, latest=latest - typical)
            except _Failed as failure:
                at = next_try(
                    attempt=attempt,
                    budget=self._budget,
                    now=self._time.now(),
                    latest=latest,
                    typical=typical,
                    random=self._random,
                    wait=failure.wait,
                )
                if at is None:
                    raise Retryable(f"{self._provider} {self._model}: {failure.reason}", wait=failure.wait) from failure
            self._budget = self._budget.retried()  # before the pause, in which others count on what is left
            attempt += 1
            await self._clock.sleep(at - self._time.now())

    async def _attempt(
        self, call: Callable[[], Awaitable[Answer[T]]], *, work: Work, ring_at: datetime, latest: datetime
    ) -> T:
        is_probe = self._admit()
        lane = await self._line.pass_through(work, ring_at=ring_at, latest=latest, as_critical=is_probe)
        began = self._time.now()
        self._breaker = self._breaker.called(began)
        try:
            answer = await call()
        except Retryable as error:
            self._tell("failed", began, work)
            self._fail(type(error).__name__)
            raise _Failed(str(error), error.wait) from error
        self._tell(
            "failed" if answer.exhausted else _result(answer.status), began, {**work, **answer.charged}, answer.headers
        )
        return self._heed(answer, work=work, lane=lane)

    def _tell(
        self, result: CallResult, began: datetime, units: Work, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """A model is paced by the largest of its units: characters, or tokens, or else the call itself."""
        now = self._time.now()
        self._events.emit(
            CallEnded(
                self._provider,
                self._model,
                result,
                took=max(now - began, timedelta()),
                units=max(units.values(), default=1.0),
                wait=retry_after(headers, now=now) if result == "refused" else None,
            )
        )

    def _admit(self) -> bool:
        """Whether the call is a probe. Raises ``Retryable`` when it is not to be sent."""
        now = self._time.now()
        if not self._breaker.lets_through(now):
            raise Retryable(f"{self._provider} {self._model} fails and is left alone", wait=PROBE)
        if self._breaker.is_open:
            self._breaker = self._breaker.called(now)  # the others do not queue up behind the probe
            return True
        self._throttle, sends = (self._throttle or Throttle(now)).asked(now=now, random=self._random)
        if not sends:
            raise Retryable(f"{self._provider} {self._model} refuses most calls, and this one was not sent")
        return False

    def _heed(self, answer: Answer[T], *, work: Work, lane: Priority) -> T:
        now = self._time.now()
        wait = retry_after(answer.headers, now=now)
        self._meter.heard(self._provider, self._model, limits_said(answer.headers))
        if answer.exhausted:
            self._give_up(now)
        if answer.status == TOO_MANY:
            self._throttle = (self._throttle or Throttle(now)).refused(now=now)
            self._meter.refused(self._provider, self._model, wait=wait)
            self._meter.failed(self._provider, self._model, reason="refused")
            raise _Failed("refuses calls for its limits", wait)
        if answer.status >= _FAILED:
            if wait is not None:
                self._meter.silenced(self._provider, self._model, wait=wait)
            self._fail(f"status {answer.status}")
            raise _Failed(f"answers with status {answer.status}", wait)
        self._turn(self._breaker.ended(ok=True, now=now))
        self._meter.settle(work, answer.charged, priority=lane)
        if answer.status >= _ACCEPTED:
            self._meter.failed(self._provider, self._model, reason=f"status {answer.status}")
            raise Permanent(f"{self._provider} {self._model} refuses the call with status {answer.status}")
        return answer.value

    def _give_up(self, now: datetime) -> NoReturn:
        """Nothing is left to pay with: no call helps until an operator has seen to it, but for a probe now and then."""
        if not self._breaker.is_open:
            self._events.emit(ProviderExhausted(self._provider, self._model))
        self._turn(self._breaker.opened(now).ended(ok=False, now=now))
        self._meter.failed(self._provider, self._model, reason="exhausted")
        raise Permanent(f"{self._provider} {self._model} has no quota or credit left")

    def _turn(self, breaker: Breaker) -> None:
        if breaker.is_open != self._breaker.is_open:
            self._events.emit(BreakerTurned(self._provider, self._model, breaker.is_open))
        self._breaker = breaker

    def _fail(self, reason: str) -> None:
        self._turn(self._breaker.ended(ok=False, now=self._time.now()))
        self._meter.failed(self._provider, self._model, reason=reason)


def _result(status: int) -> CallResult:
    """A refusal of what is said (400) is an answer: the provider is there."""
    if status == TOO_MANY:
        return "refused"
    return "failed" if status >= _FAILED else "answered"


class _Failed(Exception):
    """One attempt came to nothing, and another might not."""

    def __init__(self, reason: str, wait: timedelta | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
