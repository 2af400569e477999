"""What the tests of the API do again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from onealarm.bootstrap import Parts

Connect = Callable[..., httpx.AsyncClient]


async def alarm_of(client: httpx.AsyncClient, time: str = "07:30", **fields: Any) -> dict[str, Any]:
    """Create an alarm. In New York 07:30 is half an hour away, so its briefing is due."""
    response = await client.post("/v1/alarms", json={"time": time, **fields})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


async def make_due_briefings(parts: Parts) -> None:
    """One round of the worker."""
    await parts.queue.beat(parts.worker.id)
    assert await parts.worker.claim_once() > 0, "nothing was due"
    await parts.worker.finish()


async def briefing_of(client: httpx.AsyncClient, parts: Parts, **fields: Any) -> dict[str, Any]:
    """The manifest of a briefing that was really made and spoken."""
    alarm = await alarm_of(client, **fields)
    await make_due_briefings(parts)
    answer = (await client.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    assert answer["status"] == "ready", answer
    manifest: dict[str, Any] = answer["audio"]
    return manifest


def assert_problem(response: httpx.Response, status: int, *, field: str | None = None) -> dict[str, Any]:
    """Every refusal has one shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) <= {"type", "title", "status", "detail", "field", "remedy"}
    assert body["type"].startswith("urn:onealarm:problem:")
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    if field is not None:
        assert body["field"] == field
        assert body["remedy"]
    return body
