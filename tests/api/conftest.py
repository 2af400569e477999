"""The API on a real database, with the parts that make real briefings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from onealarm.alarms.preferences import Preferences
from onealarm.api.app import create_app
from onealarm.bootstrap import Parts, build
from onealarm.config import load_settings
from onealarm.ids import UserId
from tests.api.support import Connect
from tests.support.clock import VirtualClock

STOCKED = "alloy"
"""The one voice that the tests lay in."""


@pytest.fixture
async def parts(database_url: str, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Parts]:
    settings = load_settings(ONEALARM_HOME=str(tmp_path / "home"), ONEALARM_PROCESSES="1")
    async with build(settings, database_url, now=clock.now, stock=(STOCKED,)) as built:
        yield built


@pytest.fixture
def app(parts: Parts) -> FastAPI:
    return create_app(parts, household=False)


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients of an app: ``connect(app, token=…, address=…)``."""
    async with AsyncExitStack() as stack:

        def connect(
            app: FastAPI,
            *,
            token: str | None = None,
            address: str = "127.0.0.1",
            base_url: str = "http://127.0.0.1:8080",
            tells_all: bool = True,
        ) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 4711), raise_app_exceptions=tells_all)
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            client = httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers)
            stack.push_async_callback(client.aclose)
            return client

        yield connect


@pytest.fixture
async def nobody(app: FastAPI, connect: Connect) -> httpx.AsyncClient:
    """A client without a token."""
    return connect(app)


@pytest.fixture
async def operator(app: FastAPI, connect: Connect, parts: Parts) -> httpx.AsyncClient:
    return connect(app, token=await parts.people.create_token(None))


@pytest.fixture
async def sarah_id(parts: Parts) -> UserId:
    return (await parts.people.create(Preferences(timezone="America/New_York", name="Sarah"))).id


@pytest.fixture
async def sarah(app: FastAPI, connect: Connect, parts: Parts, sarah_id: UserId) -> httpx.AsyncClient:
    """A user's client. Her clock shows 07:00 when the tests begin."""
    return connect(app, token=await parts.people.create_token(sarah_id))


@pytest.fixture
async def otto_id(parts: Parts) -> UserId:
    return (await parts.people.create(Preferences(timezone="Europe/Berlin", name="Otto"))).id


@pytest.fixture
async def otto(app: FastAPI, connect: Connect, parts: Parts, otto_id: UserId) -> httpx.AsyncClient:
    """Another user's client."""
    return connect(app, token=await parts.people.create_token(otto_id))
