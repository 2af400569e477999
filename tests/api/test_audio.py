"""Manifests and the list of briefings."""

from __future__ import annotations

from uuid import uuid4

import httpx

from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from tests.api.support import alarm_of, assert_problem, briefing_of


async def test_a_manifest_says_what_is_heard_when_and_where_the_bytes_are(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts, label="Run")
    assert (await sarah.get(f"/v1/audio/{manifest['id']}")).json() == manifest
    assert manifest["ring_at"] == "2026-11-24T12:30:00Z"
    assert manifest["generated_at"] == "2026-11-24T12:00:00Z"
    assert manifest["expires_at"] == "2026-11-26T12:30:00Z"
    assert (manifest["tier"], manifest["voice"], manifest["cache_status"]) == ("full", "alloy", "pending")
    assert manifest["disclosure"] == "The voice is artificial."

    sections = manifest["sections"]
    assert {"greeting", "date", "closing"} <= {section["kind"] for section in sections}
    times = [instant for section in sections for instant in (section["start_ms"], section["end_ms"])]
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] < manifest["duration_ms"]
    assert "Sarah" in sections[0]["display"]
    assert manifest["transcript"] == "\n\n".join(section["display"] for section in sections)

    for form, mime in (("aac", "audio/aac"), ("m4a", "audio/mp4"), ("ring", "audio/wav")):
        file = manifest["files"][form]
        response = await sarah.get(file["url"])
        assert (response.status_code, response.headers["content-type"], file["mime"]) == (200, mime, mime)
        assert file["bytes"] in (None, len(response.content))
    assert manifest["files"]["aac"]["bytes"]


async def test_the_list_shows_what_became_of_each_briefing(
    sarah: httpx.AsyncClient, sarah_id: UserId, operator: httpx.AsyncClient, otto: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    failing = await alarm_of(sarah, "07:40")
    await parts.queue.beat(parts.worker.id)
    [job] = await parts.queue.claim(parts.worker.id, limit=1)
    await parts.audio.start(job, voice="alloy")
    await parts.queue.bury(job, reason="no voice")

    listed = (await sarah.get("/v1/audio")).json()
    failed, ready = listed["audio"]
    assert (failed["alarm_id"], failed["status"], failed["reason"]) == (failing["id"], "failed", "no voice")
    assert failed["manifest"] is None
    assert (ready["id"], ready["status"], ready["tier"]) == (manifest["id"], "ready", "full")
    assert ready["duration_ms"] == manifest["duration_ms"]
    assert (await sarah.get(ready["manifest"])).json() == manifest

    assert (await operator.get("/v1/audio", params={"user_id": str(sarah_id)})).json() == listed
    assert_problem(await operator.get("/v1/audio"), 422, field="user_id")
    assert (await otto.get("/v1/audio")).json() == {"audio": []}


async def test_the_client_says_how_far_its_copy_is(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, operator: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    path = f"/v1/audio/{manifest['id']}"
    for status in ("downloading", "cached", "armed", "failed", "pending"):
        response = await sarah.patch(path, json={"cache_status": status})
        assert response.json() == manifest | {"cache_status": status}
    assert_problem(await sarah.patch(path, json={"cache_status": "lost"}), 422, field="cache_status")
    assert_problem(await sarah.patch(path, json={"tier": "stock"}), 422)
    assert_problem(await otto.patch(path, json={"cache_status": "cached"}), 404, field="audio")
    assert_problem(await operator.patch(path, json={"cache_status": "cached"}), 403, field="audio")
    assert (await sarah.get(path)).json() == manifest


async def test_stock_can_be_read_by_everybody_with_a_token_and_changed_by_nobody(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, nobody: httpx.AsyncClient, parts: Parts
) -> None:
    await parts.stocker.run_once()
    stock = await parts.audio.stock("alloy", language="en")
    for client in (sarah, otto):
        manifest = (await client.get(f"/v1/audio/{stock.id}")).json()
        assert (manifest["tier"], manifest["alarm_id"], manifest["ring_at"]) == ("stock", None, None)
        assert (await client.get(manifest["files"]["aac"]["url"])).status_code == 200
        response = await client.patch(f"/v1/audio/{stock.id}", json={"cache_status": "cached"})
        assert_problem(response, 403, field="audio")
    assert_problem(await nobody.get(f"/v1/audio/{stock.id}"), 401)


async def test_audio_that_does_not_exist_is_not_found(sarah: httpx.AsyncClient) -> None:
    for path in ("", "/briefing.aac", "/briefing.m4a", "/ring.wav"):
        assert_problem(await sarah.get(f"/v1/audio/{uuid4()}{path}"), 404, field="audio")
        assert_problem(await sarah.get(f"/v1/audio/seven{path}"), 422, field="audio_id")
