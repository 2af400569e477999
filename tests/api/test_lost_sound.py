"""Lost sound: whoever asks for it is told what to do, and by then it is being made again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.events import Event, SoundLost
from onealarm.ids import AudioId, SegmentKey
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.play import Making
from onealarm.postgres.losses import PostgresLosses
from tests.api.support import alarm_of, assert_problem, briefing_of, make_due_briefings
from tests.support.clock import VirtualClock
from tests.support.waiting import wait_until_blocked


@pytest.fixture
def audio_folder(parts: Parts, tmp_path: Path) -> Path:
    return tmp_path / "home" / "audio"


@pytest.fixture
def seen(parts: Parts) -> list[Event]:
    events: list[Event] = []
    parts.events.subscribe(events.append)
    return events


def lose_all(folder: Path) -> int:
    files = list(folder.rglob("*.aac"))
    for file in files:
        file.unlink()
    return len(files)


async def status_of(parts: Parts, manifest: dict[str, Any]) -> tuple[str, str | None]:
    row = await parts.database.row("select status, reason from audio where id = $1", manifest["id"])
    assert row is not None
    return row["status"], row["reason"]


async def test_who_asks_for_lost_sound_is_told_to_ask_again_and_gets_a_new_briefing(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path, seen: list[Event]
) -> None:
    manifest = await briefing_of(sarah, parts)
    lost = lose_all(audio_folder)
    for method in ("GET", "HEAD"):
        response = await sarah.request(method, manifest["files"]["aac"]["url"])
        assert response.status_code == 404
    body = assert_problem(await sarah.get(manifest["files"]["m4a"]["url"]), 404, field="audio")
    assert "Ask for the alarm's audio again" in body["remedy"]
    [event] = [event for event in seen if isinstance(event, SoundLost)]
    assert event == SoundLost("player", segments=lost, briefings=1)
    assert await status_of(parts, manifest) == ("superseded", "its sound was lost")

    answer = (await sarah.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert (answer["status"], answer["tier"]) == ("waiting", "tone")
    await make_due_briefings(parts)
    answer = (await sarah.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert answer["status"] == "ready"
    assert answer["audio"]["id"] != manifest["id"]
    response = await sarah.get(answer["play"]["url"])
    assert (response.status_code, len(response.content)) == (200, answer["play"]["bytes"])


async def test_until_then_there_is_the_stock(sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path) -> None:
    await parts.stocker.run_once()
    stocked = {path.name for path in audio_folder.rglob("*.aac")}
    manifest = await briefing_of(sarah, parts)
    for path in audio_folder.rglob("*.aac"):
        if path.name not in stocked:
            path.unlink()
    assert_problem(await sarah.get(manifest["files"]["aac"]["url"]), 404)
    answer = (await sarah.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert (answer["status"], answer["tier"]) == ("waiting", "stock")
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_lost_stock_makes_room_for_the_tone_until_it_is_laid_in_again(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path, seen: list[Event]
) -> None:
    await parts.stocker.run_once()
    alarm = await alarm_of(sarah, "23:00")
    path = f"/v1/alarms/{alarm['id']}/audio"
    answer = (await sarah.get(path)).json()
    assert answer["tier"] == "stock"
    lost = lose_all(audio_folder)
    assert_problem(await sarah.get(answer["play"]["url"]), 404, field="audio")
    assert [event for event in seen if isinstance(event, SoundLost)] == [
        SoundLost("player", segments=lost // 2, briefings=1)  # the other half is the stock in German
    ]
    assert (await sarah.get(path)).json()["tier"] == "tone"
    assert await parts.stocker.run_once() == 1
    answer = (await sarah.get(path)).json()
    assert answer["tier"] == "stock"
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_after_the_ring_nothing_is_made_again(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path, clock: VirtualClock
) -> None:
    manifest = await briefing_of(sarah, parts)
    clock.advance(timedelta(minutes=31))
    lose_all(audio_folder)
    assert_problem(await sarah.get(manifest["files"]["aac"]["url"]), 404, field="audio")
    assert (await status_of(parts, manifest))[0] == "superseded"
    assert await parts.database.value("select count(*) from audio_generation_queue where state = 'waiting'") == 0


async def test_an_alarm_that_moved_gets_no_job_for_the_ring_it_had(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path
) -> None:
    manifest = await briefing_of(sarah, parts)
    assert (await sarah.patch(f"/v1/alarms/{manifest['alarm_id']}", json={"time": "21:00"})).status_code == 200
    lose_all(audio_folder)
    await sarah.get(manifest["files"]["aac"]["url"])
    rings = await parts.database.fetch("select ring_at from audio_generation_queue where state = 'waiting'")
    [new] = [row["ring_at"].isoformat() for row in rings]
    assert new[:16] != manifest["ring_at"][:16]


async def test_an_alarm_that_is_just_moving_is_waited_for(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path
) -> None:
    manifest = await briefing_of(sarah, parts)
    lose_all(audio_folder)
    async with parts.database.connection() as connection, connection.transaction():
        await connection.execute("update alarms set alarm_time_local = '21:00'")
        asking = asyncio.create_task(sarah.get(manifest["files"]["aac"]["url"]))
        await wait_until_blocked(parts.database)
    assert_problem(await asyncio.wait_for(asking, 10), 404, field="audio")
    [row] = await parts.database.fetch("select ring_at from audio_generation_queue where state = 'waiting'")
    assert row["ring_at"].isoformat()[:16] != manifest["ring_at"][:16], "the ring that it left gets no job"


async def test_a_briefing_that_was_made_again_meanwhile_stays(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    """The reader had the row before; what he found lost is not what is there now."""
    manifest = await briefing_of(sarah, parts)
    audio = await parts.audio.find(AudioId(manifest["id"]))
    earlier = Making(audio.id, audio.generated_at - timedelta(seconds=1))
    loss = await PostgresLosses(parts.database).lose([], found_in=earlier)
    assert loss.briefings == 0
    assert (await status_of(parts, manifest))[0] == "ready"


async def test_readers_who_find_the_same_loss_at_once_have_it_made_again_once(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path
) -> None:
    manifest = await briefing_of(sarah, parts)
    lose_all(audio_folder)
    urls = [manifest["files"][form]["url"] for form in ("aac", "m4a", "ring")] * 3
    responses = await asyncio.gather(*(sarah.get(url) for url in urls))
    assert {response.status_code for response in responses} == {404}
    states = await parts.database.fetch("select state from audio_generation_queue order by id")
    assert [row["state"] for row in states] == ["done", "waiting"]


async def test_a_part_that_was_cut_short_counts_as_lost(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path, seen: list[Event]
) -> None:
    manifest = await briefing_of(sarah, parts)
    audio = await parts.audio.find(AudioId(manifest["id"]))
    one = next(SegmentKey(part.key) for part in audio.briefing.parts if not part.key.startswith("pause:"))
    path = audio_folder / object_name(one)
    path.write_bytes(path.read_bytes()[:-1])
    assert_problem(await sarah.get(manifest["files"]["aac"]["url"]), 404, field="audio")
    assert [event for event in seen if isinstance(event, SoundLost)] == [SoundLost("player", segments=1, briefings=1)]
    await make_due_briefings(parts)
    answer = (await sarah.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_a_segment_that_was_spoken_otherwise_since_then_is_not_lost(
    sarah: httpx.AsyncClient, parts: Parts, audio_folder: Path
) -> None:
    """As after an upgrade of the encoder: the old briefing gives way, the segment stays."""
    manifest = await briefing_of(sarah, parts)
    path = next(audio_folder.rglob("*.aac"))
    path.write_bytes(path.read_bytes() + b"more")
    await parts.database.fetch(
        "update onealarm.segments set size_bytes = size_bytes + 4 where key = $1", path.name.removesuffix(".aac")
    )
    assert_problem(await sarah.get(manifest["files"]["aac"]["url"]), 404, field="audio")
    assert (await status_of(parts, manifest))[0] == "superseded"
    assert await parts.database.value("select count(*) from onealarm.segments where state <> 'ready'") == 0
    await make_due_briefings(parts)
    answer = (await sarah.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert (await sarah.get(answer["play"]["url"])).status_code == 200
