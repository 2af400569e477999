"""The stand-in's server: OpenAI's endpoints for speech and chat, its faults, and the count of what was asked."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput
from onealarm.standin.answers import Reply, error, json_reply
from onealarm.standin.chat import answer_chat
from onealarm.standin.faults import Faults
from onealarm.standin.speech import Speech

REQUESTS_PER_MINUTE: Final = 10_000
_HANGS: Final = 3_600.0
"""Seconds: longer than anybody waits."""

_LARGEST_BODY: Final = 1_000_000


def create_standin(speech: Speech, *, faults: Faults | None = None, key: str | None = None) -> FastAPI:
    """The application. With ``key`` calls without it are refused."""
    app = FastAPI(title="A stand-in for an OpenAI-compatible server", docs_url=None, redoc_url=None, openapi_url=None)
    state = _State(speech, faults or Faults(), key)
    app.add_api_route("/v1/audio/speech", state.speak, methods=["POST"])
    app.add_api_route("/v1/chat/completions", state.chat, methods=["POST"])
    app.add_api_route("/v1/models", state.models, methods=["GET"])
    app.add_api_route("/v1/audio/voices", state.voices, methods=["GET"])
    app.add_api_route("/counts", state.count, methods=["GET"])
    app.add_api_route("/faults", state.put_faults, methods=["PUT"])
    return app


class _State:
    def __init__(self, speech: Speech, faults: Faults, key: str | None) -> None:
        self._speech = speech
        self._faults = faults
        self._key = key
        self._counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))

    async def speak(self, request: Request) -> Response:
        body, refused = await self._asked(request)
        if refused is not None:
            return _response(refused)
        fault = self._faults.next("speech")
        if fault == "hang":
            await asyncio.sleep(_HANGS)
        spoken = await self._speech.answer(body, fault)
        self._note(body, spoken.reply, characters=len(str(body.get("input", ""))), seconds=spoken.seconds)
        return _response(spoken.reply)

    async def chat(self, request: Request) -> Response:
        body, refused = await self._asked(request)
        if refused is not None:
            return _response(refused)
        fault = self._faults.next("chat")
        if fault == "hang":
            await asyncio.sleep(_HANGS)
        reply = answer_chat(body, fault)
        usage = json.loads(reply.body).get("usage", {}) if reply.media_type == "application/json" else {}
        self._note(body, reply, tokens=usage.get("total_tokens", 0))
        return _response(reply)

    async def models(self) -> dict[str, Any]:
        names = ("tts-1", "gpt-4o-mini-tts", "gpt-5-mini")
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "standin"} for name in names]}

    async def voices(self) -> dict[str, Any]:
        return {"voices": list(VOICES)}

    async def count(self) -> dict[str, Any]:
        """Calls that were answered, with their units, by model."""
        return {model: dict(units) for model, units in self._counts.items()}

    async def put_faults(self, request: Request) -> Response:
        """``{"speech": "quota", "chat": null}``: what is named changes."""
        try:
            given = json.loads(await request.body())
        except ValueError as problem:
            return _response(error(400, code="invalid_json", message=str(problem), kind="invalid_request_error"))
        try:
            self._faults.put_all(given)
        except BadInput as problem:
            return _response(error(400, code="invalid_value", message=str(problem), kind="invalid_request_error"))
        return _response(json_reply(200, {}))

    async def _asked(self, request: Request) -> tuple[Mapping[str, Any], Reply | None]:
        """The body, and what is wrong with the call before it is looked at."""
        if self._key is not None and request.headers.get("authorization") != f"Bearer {self._key}":
            return {}, error(401, code="invalid_api_key", message="Incorrect API key", kind="invalid_request_error")
        content = await request.body()
        try:
            body = json.loads(content) if len(content) <= _LARGEST_BODY else None
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return {}, error(
                400, code="invalid_json", message="The body is no JSON object", kind="invalid_request_error"
            )
        return body, None

    def _note(self, body: Mapping[str, Any], reply: Reply, **units: float) -> None:
        if reply.status < 400:
            counted = self._counts[str(body.get("model"))]
            counted["calls"] += 1
            for unit, amount in units.items():
                counted[unit] += amount


def _response(reply: Reply) -> Response:
    headers = {
        "x-request-id": "req_standin",
        "x-ratelimit-limit-requests": str(REQUESTS_PER_MINUTE),
        "x-ratelimit-remaining-requests": str(REQUESTS_PER_MINUTE - 1),
        "x-ratelimit-reset-requests": "6ms",
        **reply.headers,
    }
    return Response(reply.body, reply.status, media_type=reply.media_type, headers=headers)
