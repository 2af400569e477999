"""A server of the providers' file, opened with its key."""

from __future__ import annotations

from contextlib import AsyncExitStack

from pydantic import HttpUrl

from onealarm.config import provider_key
from onealarm.http.openai_api import OpenAIApi


def open_api(base_url: HttpUrl, key_env: str | None, stack: AsyncExitStack) -> OpenAIApi:
    """``stack`` closes it. Raises ``SetupError`` where the key's variable is not set."""
    api = OpenAIApi(base_url=str(base_url), key=provider_key(key_env))
    stack.push_async_callback(api.aclose)
    return api
