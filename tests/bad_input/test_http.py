"""Bad input over HTTP: each case against the whole API on a real database, which stays as it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from onealarm.api.app import create_app
from onealarm.api.json_input import StrictRoute
from onealarm.api.routes import alarms, audio, files, functions, members, users, weather
from onealarm.bootstrap import build
from onealarm.config import load_settings
from onealarm.ids import UserId
from tests.bad_input.case import Case
from tests.bad_input.http_cases import CASES, STATUS, Caller, Request
from tests.bad_input.world import SARAH, dump, furnish
from tests.support.clock import NOON, VirtualClock
from tests.support.postgres import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class World:
    """The API, at noon UTC, with what is known there; ``before`` is the dump of its database."""

    url: str
    client: httpx.AsyncClient
    tokens: Mapping[Caller, str | None]
    before: Mapping[str, str]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = load_settings(ONEALARM_HOME=str(tmp_path_factory.mktemp("home")), ONEALARM_PROCESSES="1")
    with server.database() as url:
        connection = await asyncpg.connect(url)
        await connection.execute("select set_config('onealarm.now', $1, false)", NOON.isoformat())
        await furnish(connection)
        await connection.close()
        async with build(settings, url, now=VirtualClock().now) as parts:
            tokens: dict[Caller, str | None] = {
                "user": await parts.people.create_token(UserId(SARAH)),
                "operator": await parts.people.create_token(None),
                "nobody": None,
            }
            transport = httpx.ASGITransport(create_app(parts, household=False))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
                yield World(url, client, tokens, before=await dump(url))


async def test_every_route_with_a_body_reads_it_strictly() -> None:
    modules = (users, weather, alarms, audio, files, members, functions)
    routes = [route for module in modules for route in module.router.routes]
    with_a_body = [route for route in routes if isinstance(route, APIRoute) and route.body_field is not None]
    assert len(with_a_body) >= 8
    assert all(isinstance(route, StrictRoute) for route in with_a_body)


async def send(world: World, request: Request) -> httpx.Response:
    token = world.tokens[request.caller]
    headers = {"Content-Type": "application/json"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
    given = headers | dict(request.headers)
    body = request.body if isinstance(request.body, bytes) else json.dumps(request.body).encode()
    kept = {name: value for name, value in given.items() if value}
    return await world.client.request(request.method, request.path, content=body, headers=kept)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
async def test_it_is_refused_in_these_words_and_nothing_changes(world: World, case: Case[Request]) -> None:
    response = await send(world, case.sent)
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (told.get("field"), told["detail"], told.get("remedy")) == (case.field, case.problem, case.remedy)
    assert told["type"] == f"urn:onealarm:problem:{case.kind}"
    assert response.status_code == told["status"] == STATUS[case.kind]
    assert set(told) == {"type", "title", "status", "detail", "field", "remedy"}
    assert len(response.content) < 1_000, "what was given is not repeated at length"
    assert await dump(world.url) == world.before
