"""Clips over HTTP, the functions of the earlier system, and whole files in the store."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from onealarm.audio.decode import decode
from onealarm.bootstrap import Parts
from onealarm.delivery.materialise import Materialiser
from onealarm.ids import UserId
from onealarm.postgres.materials import PostgresMaterials
from tests.api.support import assert_problem, briefing_of
from tests.support.clock import VirtualClock

MINE = "/v1/users/me/clips"


@pytest.fixture
def folder(parts: Parts, tmp_path: Path) -> Path:
    return tmp_path / "home" / "audio"


async def test_a_clip_is_spoken_when_it_is_asked_for_and_follows_the_users_name(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    clips = (await sarah.get(MINE)).json()["clips"]
    assert len(clips) == 29
    by_id = {one["id"]: one["url"] for one in clips}
    first = await sarah.get(by_id["greeting_personal"])
    assert (first.headers["content-type"], first.headers["cache-control"]) == ("audio/aac", "private, no-cache")
    assert decode(first.content).size > 24_000 // 2
    again = await sarah.get(by_id["greeting_personal"], headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    owned = "select count(*) from onealarm.segment_users where user_id = $1"
    assert await parts.database.value(owned, sarah_id) == 1, "it goes with her"
    texts = await parts.database.value("select count(*) from onealarm.segments where text like '%Sarah%'")
    assert texts == 0, "her name is written down nowhere"
    await sarah.patch("/v1/users/me/preferences", json={"name": "Anna"})
    renamed = await sarah.get(by_id["greeting_personal"])
    assert renamed.headers["etag"] != first.headers["etag"], "the old name is served no more"
    assert_problem(await sarah.get(f"{MINE}/lullaby.aac"), 404, field="clip")
    assert_problem(await otto.get(by_id["greeting_personal"]), 404, field="user")


async def test_generic_clips_are_for_everybody_in_every_voice(nobody: httpx.AsyncClient, parts: Parts) -> None:
    ids = parts.delivery.clips.ids("generic")
    assert len(ids) == 6
    sounds = set()
    for voice, language in (("alloy", "en"), ("nova", "en"), ("alloy", "de")):
        response = await nobody.get(f"/v1/generic-audio/{voice}/{ids[-1]}.aac", params={"language": language})
        assert (response.status_code, response.headers["cache-control"]) == (200, "public, max-age=86400")
        sounds.add(response.headers["etag"])
    assert len(sounds) == 3
    assert_problem(await nobody.get(f"/v1/generic-audio/nobody/{ids[0]}.aac"), 404, field="voice")
    assert_problem(await nobody.get("/v1/generic-audio/alloy/greeting_personal.aac"), 404, field="clip")
    assert_problem(await nobody.get(f"/v1/generic-audio/alloy/{ids[0]}.aac?language=xx"), 422, field="language")


async def test_the_function_makes_all_clips_of_a_user_in_the_earlier_systems_shape(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, sarah_id: UserId
) -> None:
    address = "/functions/v1/generate-audio"
    answer = (await operator.post(address, json={"userId": str(sarah_id), "forceRegenerate": True})).json()
    assert (answer["success"], answer["userId"], answer["failedClips"]) == (True, str(sarah_id), [])
    clips = {one["clipId"]: one for one in answer["generatedClips"]}
    assert len(clips) == 29
    one = clips["wake_up_message_1"]
    assert (one["fileName"], one["audioType"]) == ("wake_up_message_1.aac", "wake_up_message_1")
    sound = await sarah.get(one["audioUrl"])
    assert len(sound.content) == one["fileSize"]
    assert_problem(await operator.post(address, json={}), 422, field="userId")
    assert_problem(await operator.post(address, json={"userId": "11111111-1111-1111-1111-111111111111"}), 404)
    assert_problem(await sarah.post(address, json={"userId": str(sarah_id)}), 403)


async def test_whole_files_are_written_told_and_cleared_away_when_they_are_over(
    sarah: httpx.AsyncClient, operator: httpx.AsyncClient, parts: Parts, folder: Path, clock: VirtualClock
) -> None:
    manifest = await briefing_of(sarah, parts)
    materialiser = parts.delivery.materialiser
    assert await materialiser.run_once() == 0, "nobody has asked for it"
    [file] = await materialiser.write_missing("m4a", limit=10)
    assert file.name == f"briefings/{manifest['id']}/{manifest['etag']}.m4a"
    data = (folder / file.name).read_bytes()
    assert data == (await sarah.get(manifest["files"]["m4a"]["url"])).content
    assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert await materialiser.write_missing("m4a", limit=10) == []
    clock.advance(timedelta(hours=49))
    answer = (await operator.post("/functions/v1/cleanup-audio-files")).json()
    assert answer["success"]
    assert (answer["removedRows"], answer["removedCopies"], answer["errors"]) == (1, 1, [])
    assert not (folder / file.name).exists()


async def test_whole_files_follow_what_is_made_edited_and_deleted(
    sarah: httpx.AsyncClient, parts: Parts, folder: Path
) -> None:
    always = Materialiser(
        PostgresMaterials(parts.database),
        player=parts.delivery.player,
        store=parts.delivery.store,
        always="aac",
    )

    def files() -> list[Path]:
        return [one for one in (folder / "briefings").rglob("*") if one.is_file()]

    manifest = await briefing_of(sarah, parts)
    assert await always.run_once() == 1
    [file] = files()
    assert file.name == f"{manifest['etag']}.aac"
    await sarah.patch(f"/v1/alarms/{manifest['alarm_id']}", json={"time": "09:00"})
    assert await always.run_once() == 1, "what was withdrawn goes"
    assert files() == []
    await briefing_of(sarah, parts, time="07:45")
    await always.run_once()
    assert len(files()) == 1
    assert (await sarah.delete("/v1/users/me")).status_code == 204
    assert files() == [], "who leaves takes his files with him"


async def test_a_crash_while_a_file_is_written_leaves_nothing_unknown(
    sarah: httpx.AsyncClient, parts: Parts, folder: Path
) -> None:
    manifest: dict[str, Any] = await briefing_of(sarah, parts)
    materials = PostgresMaterials(parts.database)
    [ready] = await materials.missing("aac", limit=5)
    name = f"briefings/{manifest['id']}/{manifest['etag']}.aac"
    await materials.intend(name, ready, "aac")
    await parts.delivery.store.put(name, b"half of it")
    assert len(await materials.missing("aac", limit=5)) == 1, "it is not taken for done"
    [file] = await parts.delivery.materialiser.write_missing("aac", limit=5)
    assert (folder / name).stat().st_size == file.size
    await parts.database.fetch("update audio set status = 'superseded'")
    await parts.database.fetch("update onealarm.materials set made_at = null")
    assert await parts.delivery.materialiser.clear() == 1
    assert not (folder / name).exists()
