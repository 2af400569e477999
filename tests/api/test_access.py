"""Who may do what: nobody, a stranger, a user, another user, an operator."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from tests.api.support import Connect, alarm_of, assert_problem

SOME_ID = "11111111-1111-1111-1111-111111111111"
WEATHER: dict[str, Any] = {}
PREFERENCES = {"timezone": "UTC"}
CLOSED = [
    ("POST", "/v1/users", {"preferences": PREFERENCES}),
    ("GET", "/v1/users", None),
    ("GET", "/v1/users/me", None),
    ("DELETE", "/v1/users/me", None),
    ("GET", "/v1/users/me/export", None),
    ("POST", f"/v1/users/{SOME_ID}/tokens", None),
    ("DELETE", f"/v1/users/{SOME_ID}/tokens", None),
    ("POST", "/v1/users/me/feeds", None),
    ("GET", "/v1/users/me/feeds", None),
    ("DELETE", f"/v1/users/me/feeds/{SOME_ID}", None),
    ("GET", "/v1/users/me/clips", None),
    ("GET", "/v1/users/me/clips/welcome.aac", None),
    ("GET", "/v1/users/me/preferences", None),
    ("PUT", "/v1/users/me/preferences", PREFERENCES),
    ("PATCH", "/v1/users/me/preferences", {}),
    ("PUT", "/v1/users/me/weather", WEATHER),
    ("GET", "/v1/users/me/weather", None),
    ("GET", "/v1/household", None),
    ("POST", "/v1/alarms", {"time": "07:00"}),
    ("GET", "/v1/alarms", None),
    ("GET", f"/v1/alarms/{SOME_ID}", None),
    ("PATCH", f"/v1/alarms/{SOME_ID}", {}),
    ("DELETE", f"/v1/alarms/{SOME_ID}", None),
    ("POST", f"/v1/alarms/{SOME_ID}/skip", None),
    ("GET", f"/v1/alarms/{SOME_ID}/rings", None),
    ("POST", f"/v1/alarms/{SOME_ID}/snooze", {}),
    ("GET", f"/v1/alarms/{SOME_ID}/snooze", None),
    ("DELETE", f"/v1/alarms/{SOME_ID}/snooze", None),
    ("GET", f"/v1/alarms/{SOME_ID}/audio", None),
    ("GET", "/v1/costs", None),
    ("GET", "/v1/audio", None),
    ("GET", f"/v1/audio/{SOME_ID}", None),
    ("PATCH", f"/v1/audio/{SOME_ID}", {"cache_status": "cached"}),
    ("PUT", f"/v1/audio/{SOME_ID}/reactions", {"reactions": [{"section": "news"}]}),
    ("GET", f"/v1/audio/{SOME_ID}/briefing.aac", None),
    ("GET", f"/v1/audio/{SOME_ID}/briefing.m4a", None),
    ("GET", f"/v1/audio/{SOME_ID}/ring.wav", None),
    ("GET", f"/v1/audio/{SOME_ID}/playlist.m3u8", None),
    ("GET", f"/v1/audio/{SOME_ID}/link", None),
    ("POST", "/functions/v1/generate-alarm-audio", {}),
    ("POST", "/functions/v1/daily-content", {}),
    ("GET", "/functions/v1/{function}", None),
    ("POST", "/functions/v1/generate-audio", {"userId": SOME_ID}),
    ("POST", "/functions/v1/cleanup-audio-files", {}),
]
OPEN = ["/", "/healthz", "/readyz", "/metrics", "/v1/autoscale", "/openapi.json", "/page/app.js", "/page/style.css"]

BY_ADDRESS = [
    "/v1/segments/{name}.aac",
    "/v1/feeds/{secret}/podcast.xml",
    "/v1/feeds/{secret}/*/briefing.m4a",
    "/v1/feeds/{secret}/*/chapters.json",
    "/v1/feeds/{secret}/*/transcript.vtt",
]
SHARED = [
    "/v1/flash-briefings/{name}.json",
    "/v1/flash-briefings/{name}/{item_id}.mp3",
    "/v1/generic-audio/{voice}/{clip_id}.aac",
]
"""The same for everybody, and nobody's own."""
"""Whose address itself is what is shown in the place of a token."""


def test_every_operation_is_closed_or_open_or_held_by_its_address(app: FastAPI) -> None:
    closed = {
        (method, path.replace(SOME_ID, "*").replace("/me", "/*").replace("welcome", "{clip_id}"))
        for method, path, _ in CLOSED
    }
    described = {
        (method.upper(), re.sub(r"\{(user|alarm_id|audio_id|feed_id)\}", "*", path))
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert {one for one in described if one[1] not in (*OPEN, *BY_ADDRESS, *SHARED)} == closed


async def test_without_a_known_token_nothing_is_told(app: FastAPI, connect: Connect, subtests: pytest.Subtests) -> None:
    for authorization in (None, "Bearer oa_wrong", "Bearer ", "Basic b2E6d3Jvbmc=", "oa_wrong"):
        client = connect(app)
        if authorization is not None:
            client.headers["Authorization"] = authorization
        for method, path, body in CLOSED:
            with subtests.test(authorization=authorization, method=method, path=path):
                response = await client.request(method, path, json=body)
                assert_problem(response, 401, field="Authorization")
                assert response.headers["www-authenticate"] == "Bearer"


async def test_what_is_open_needs_no_token(nobody: httpx.AsyncClient) -> None:
    for path in OPEN:
        assert (await nobody.get(path)).status_code in (200, 503), path  # not ready is an answer too


async def test_a_user_is_no_operator(
    sarah: httpx.AsyncClient, sarah_id: UserId, otto_id: UserId, operator: httpx.AsyncClient
) -> None:
    before = (await operator.get("/v1/users")).json()
    for method, path, body in (
        ("GET", "/v1/users", None),
        ("POST", "/v1/users", {"preferences": PREFERENCES}),
        ("POST", "/v1/users/me/tokens", None),
    ):
        assert_problem(await sarah.request(method, path, json=body), 403, field="Authorization")
    response = await sarah.post("/v1/alarms", json={"time": "07:00", "user_id": str(otto_id)})
    assert_problem(response, 403, field="user_id")
    assert (await operator.get("/v1/users")).json() == before
    assert (await operator.get("/v1/alarms")).json() == {"alarms": []}


async def test_another_user_and_what_is_his_does_not_exist(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, sarah_id: UserId
) -> None:
    alarm = await alarm_of(sarah)
    own = f"/v1/users/{sarah_id}"
    for method, path, body in (
        ("GET", own, None),
        ("DELETE", own, None),
        ("GET", f"{own}/export", None),
        ("GET", f"{own}/preferences", None),
        ("PUT", f"{own}/preferences", PREFERENCES),
        ("PATCH", f"{own}/preferences", {"name": "Otto"}),
        ("PUT", f"{own}/weather", WEATHER),
        ("GET", f"{own}/weather", None),
        ("GET", f"/v1/alarms?user_id={sarah_id}", None),
        ("GET", f"/v1/audio?user_id={sarah_id}", None),
        ("GET", f"/v1/alarms/{alarm['id']}", None),
        ("PATCH", f"/v1/alarms/{alarm['id']}", {"active": False}),
        ("DELETE", f"/v1/alarms/{alarm['id']}", None),
        ("GET", f"/v1/alarms/{alarm['id']}/audio", None),
    ):
        assert_problem(await otto.request(method, path, json=body), 404)
    assert (await otto.get("/v1/alarms")).json() == {"alarms": []}
    assert (await sarah.get(own)).json()["preferences"]["name"] == "Sarah"
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": [alarm]}


async def test_an_operator_reaches_every_user_by_id(operator: httpx.AsyncClient, sarah_id: UserId) -> None:
    own = f"/v1/users/{sarah_id}"
    assert (await operator.patch(f"{own}/preferences", json={"name": "Sara"})).status_code == 200
    assert (await operator.get(own)).json()["preferences"]["name"] == "Sara"
    assert (await operator.put(f"{own}/weather", json={"condition": "rain"})).status_code == 200
    assert (await operator.get(f"{own}/weather")).json()["condition"] == "rain"
    assert (await operator.delete(own)).status_code == 204


async def test_the_token_of_a_deleted_user_is_nobodys(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    await operator.delete(f"/v1/users/{sarah_id}")
    assert_problem(await sarah.get("/v1/alarms"), 401)
