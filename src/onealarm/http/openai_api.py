"""OpenAI's API, and servers that offer the same, through the official library: one call, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from onealarm.errors import Retryable
from onealarm.worker.provider_calls import Answer

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")

EXHAUSTED: Final = frozenset({"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"})
"""Error codes that no waiting mends. The type of an error is no help: it may say this for others too."""

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes."""

_CONNECT: Final = 5.0
"""Seconds."""


class OpenAIApi:
    """One server. Its key is asked for with each call and never logged."""

    def __init__(self, *, base_url: str, key: str | None, timeout: timedelta = timedelta(seconds=120)) -> None:
        self._base_url = base_url
        self._key = key or "none"  # servers of one's own ask for none, and the library insists on one
        self._timeout = timeout
        self._client: AsyncOpenAI | None = None

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def speech(self, body: Mapping[str, Any], *, within: timedelta) -> Answer[bytes]:
        """``POST /audio/speech``: the bytes of the sound, whatever they are.

        Raises ``Retryable`` where no answer came in time.
        """
        speech = self._open().audio.speech.with_raw_response
        return await self._answer(speech.create, body, within=within, read=lambda content: content)

    async def chat(self, body: Mapping[str, Any], *, within: timedelta) -> Answer[dict[str, Any]]:
        """``POST /chat/completions``: the completion as the server sent it; an empty one for what is no JSON object.

        Raises ``Retryable`` where no answer came in time.
        """
        chat = self._open().chat.completions.with_raw_response
        return await self._answer(chat.create, body, within=within, read=_object)

    def _open(self) -> AsyncOpenAI:
        """The library is loaded with the first call: it takes a second."""
        if self._client is None:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 - see above

            self._client = AsyncOpenAI(
                base_url=self._base_url,
                api_key=self._key,
                max_retries=0,
                timeout=Timeout(self._timeout.total_seconds(), connect=_CONNECT),
                http_client=DefaultAsyncHttpxClient(trust_env=False, follow_redirects=False),
            )
        return self._client

    async def _answer(
        self,
        create: Callable[..., Awaitable[Any]],
        body: Mapping[str, Any],
        *,
        within: timedelta,
        read: Callable[[bytes], T],
    ) -> Answer[T]:
        from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415 - loaded with the client

        seconds = max(0.001, within.total_seconds())
        try:
            async with asyncio.timeout(seconds):  # the library's own bounds each read, not the whole
                answer = await create(**body, timeout=seconds)
        except APIStatusError as error:
            return Answer(
                error.status_code, dict(error.response.headers), read(b""), exhausted=_code(error.body) in EXHAUSTED
            )
        except (APITimeoutError, TimeoutError) as error:
            raise Retryable(f"no answer within {seconds:g} s") from error
        except APIConnectionError as error:
            raise Retryable(type(error).__name__) from error
        if len(answer.content) > LARGEST_ANSWER:
            raise Retryable(f"an answer of {len(answer.content)} bytes")
        return Answer(answer.status_code, dict(answer.headers), read(answer.content))


def _code(body: object) -> str | None:
    """The code of an error, in the shapes that servers send."""
    found = body
    for name in ("error", "detail"):
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    code = found.get("code") if isinstance(found, Mapping) else None
    return code if isinstance(code, str) else None


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
