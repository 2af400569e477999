"""Every refusal has one shape, whoever refuses: our rules, the framework, the router, or a fault."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from onealarm.api.app import create_app
from onealarm.api.middleware import LARGEST_BODY
from onealarm.api.problems import tell_problems
from onealarm.bootstrap import build
from onealarm.config import load_settings
from onealarm.errors import DatabaseUnavailable, Permanent, VoiceFailed
from tests.api.relay import Relay
from tests.api.support import Connect, alarm_of, assert_problem

JSON = {"Content-Type": "application/json"}


async def test_a_body_that_is_no_json_object_is_refused(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for body, headers in (
        (b"", JSON),
        (b"{", JSON),
        (b'{"time": "07:00"} x', JSON),
        (b"\xff\xfe", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b'"07:00"', JSON),
        (b"[" * 5_000, JSON),
        (b'{"label": "\xff"}', JSON),
        (b'{"time": "07:00"}', {"Content-Type": "text/plain"}),
        (b'{"time": "07:00"}', {}),
        (b"time=07:00", {"Content-Type": "application/x-www-form-urlencoded"}),
    ):
        with subtests.test(body=body[:20], headers=headers):
            response = await sarah.post("/v1/alarms", content=body, headers=headers)
            assert_problem(response, 422, field="body")
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": []}


async def test_a_body_larger_than_any_use_is_refused(sarah: httpx.AsyncClient) -> None:
    response = await sarah.post("/v1/alarms", content=b" " * (LARGEST_BODY + 1), headers=JSON)
    assert_problem(response, 413)


async def test_what_is_not_served_is_not_found(sarah: httpx.AsyncClient) -> None:
    for path in (
        "/v1",
        "/v2/alarms",
        "/v1/alarms/a/b/c",
        "/favicon.ico",
        "/page/none.js",
        "/docs",
        "/page/..%2fapp.py",
    ):
        assert_problem(await sarah.get(path), 404, field="path")


async def test_a_method_that_is_not_served_names_those_that_are(sarah: httpx.AsyncClient) -> None:
    alarm = await alarm_of(sarah)
    response = await sarah.put(f"/v1/alarms/{alarm['id']}", json={})
    problem = assert_problem(response, 405, field="method")
    assert response.headers["allow"] in problem["remedy"]
    assert_problem(await sarah.post("/healthz"), 405)


async def test_a_problem_does_not_repeat_a_long_input_whole(sarah: httpx.AsyncClient) -> None:
    for given in (
        {"time": "x" * 10_000},
        {"time": "07:00", "timezone": "x" * 10_000},
        {"time": "07:00", "days": ["x" * 9_999]},
    ):
        response = await sarah.post("/v1/alarms", json=given)
        assert_problem(response, 422)
        assert len(response.content) < 1_000


async def test_the_database_being_away_is_said_with_when_to_come_back(
    database_url: str, tmp_path: Path, connect: Connect
) -> None:
    relay = Relay(database_url, tmp_path)
    settings = load_settings(ONEALARM_HOME=str(tmp_path / "home"), ONEALARM_PROCESSES="1")
    async with relay.running(), build(settings, relay.url) as parts:
        app = create_app(parts, household=False)
        client = connect(app, token=await parts.people.create_token(None))
        assert (await client.get("/v1/alarms")).status_code == 200
        await relay.cut()
        for path in ("/v1/alarms", "/v1/users", "/v1/household"):
            response = await client.get(path)
            problem = assert_problem(response, 503)
            assert response.headers["retry-after"] == "5"
            assert "5 s" in problem["remedy"]
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["database"]["ok"]) == (503, False)
        metrics = await client.get("/metrics")
        assert metrics.status_code == 200
        assert "onealarm_queue_due NaN" in metrics.text


FAULTS = {
    "/away": DatabaseUnavailable("the server 10.0.0.7 is gone", wait=timedelta(seconds=1.5)),
    "/voice": VoiceFailed("secret"),
    "/permanent": Permanent("secret"),
    "/bug": ZeroDivisionError("secret"),
}


async def fail(path: str) -> None:
    raise FAULTS[f"/{path}"]


async def test_a_fault_says_nothing_of_the_inside(connect: Connect) -> None:
    app = FastAPI()
    tell_problems(app)
    app.add_api_route("/{path}", fail)
    client = connect(app, tells_all=False)
    away = await client.get("/away")
    assert_problem(away, 503)
    assert away.headers["retry-after"] == "2"
    assert "10.0.0.7" not in away.text
    for path, status in (("/voice", 503), ("/permanent", 500), ("/bug", 500)):
        response = await client.get(path)
        assert_problem(response, status)
        assert "secret" not in response.text
        assert "ZeroDivision" not in response.text
