"""A language model behind a chat API: one question, one answer in JSON, whatever the server makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final, Literal

from onealarm.control.governor.pools import PoolId
from onealarm.control.prices import TextPrice
from onealarm.http.openai_api import OpenAIApi
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.provider_calls import Answer, ProviderCalls

Output = Literal["schema", "object", "text"]
"""How far a server can be told what form the answer must have."""

_TYPICAL: Final = timedelta(seconds=8)
_WITHIN: Final = timedelta(seconds=60)
_WHENEVER: Final = timedelta(days=1)
_PATIENCE: Final = timedelta(minutes=5)
_CHARACTERS_PER_TOKEN: Final = 4.0
"""By which tokens are guessed before a call; what was really used is told by the answer."""


@dataclass(frozen=True, slots=True)
class TextModel:
    """How one model of one server is asked. ``most_tokens`` bounds what it writes."""

    provider: str
    model: str
    output: Output = "schema"
    most_tokens: int = 4_000
    extra: Mapping[str, Any] = field(default_factory=dict)
    price: TextPrice = field(default_factory=TextPrice)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered: its ``text``, or None with the ``problem`` when it refused or was cut off."""

    text: str | None
    problem: str | None
    charge: Charge


class ModelClient:
    """Asks one model."""

    def __init__(self, api: OpenAIApi, model: TextModel, *, calls: ProviderCalls, time: DatabaseTime) -> None:
        self._api = api
        self._model = model
        self._calls = calls
        self._time = time

    @property
    def name(self) -> str:
        return f"{self._model.provider}/{self._model.model}"

    async def ask(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, Any], name: str, due: Due | None
    ) -> Reply:
        """Raises ``Retryable`` and ``Permanent`` as ``ProviderCalls.run`` does."""
        now = self._time.now()
        completion = await self._calls.run(
            partial(self._call, self._body(messages, schema, name)),
            work=self._work(messages),
            ring_at=now + _WHENEVER if due is None else due.ring_at,
            latest=now + _PATIENCE if due is None else due.latest,
            typical=_TYPICAL,
        )
        return self._read(completion)

    async def _call(self, body: Mapping[str, Any]) -> Answer[dict[str, Any]]:
        answer = await self._api.chat(body, within=_WITHIN)
        charge = self._charge(answer.value)
        units = (
            {PoolId(self._model.provider, self._model.model, "tokens"): float(charge.tokens)} if charge.tokens else {}
        )
        return Answer(answer.status, answer.headers, answer.value, units, answer.exhausted)

    def _body(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], name: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model.model,
            "messages": [dict(one) for one in messages],
            "max_completion_tokens": self._model.most_tokens,
        }
        if self._model.output == "schema":
            form = {"name": name, "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self._model.output == "object":
            body["response_format"] = {"type": "json_object"}
        if self._model.extra:
            body["extra_body"] = dict(self._model.extra)
        return body

    def _work(self, messages: Sequence[Mapping[str, str]]) -> dict[PoolId, float]:
        sent = sum(len(one["content"]) for one in messages) / _CHARACTERS_PER_TOKEN
        provider, model = self._model.provider, self._model.model
        return {
            PoolId(provider, model, "requests"): 1.0,
            PoolId(provider, model, "tokens"): sent + self._model.most_tokens,
        }

    def _read(self, completion: Mapping[str, Any]) -> Reply:
        """The three outcomes: an answer, a refusal, one that was cut off; and what is no completion at all."""
        charge = self._charge(completion)
        choices = completion.get("choices")
        first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        message = first.get("message") if isinstance(first.get("message"), dict) else {}
        assert isinstance(message, dict), "looked at a moment ago"
        if message.get("refusal"):
            return Reply(None, "it refused", charge)
        if first.get("finish_reason") == "length":
            return Reply(None, "it was cut off", charge)
        content = message.get("content")
        return Reply(content, None, charge) if isinstance(content, str) else Reply(None, "it said nothing", charge)

    def _charge(self, completion: Mapping[str, Any]) -> Charge:
        usage = completion.get("usage")
        known = usage if isinstance(usage, dict) else {}
        tokens_in, tokens_out = _count(known.get("prompt_tokens")), _count(known.get("completion_tokens"))
        usd = self._model.price.usd(tokens_in=tokens_in, tokens_out=tokens_out)
        return Charge(self._model.provider, self._model.model, tokens=tokens_in + tokens_out, usd=usd)


def _count(value: object) -> int:
    """A number of tokens as a server tells it; it may tell anything."""
    return min(value, 10_000_000) if isinstance(value, int) and value >= 0 else 0
