"""What to play now for an alarm: the truth, and always something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from onealarm.bootstrap import Parts
from onealarm.ids import UserId, WorkerId
from tests.api.support import alarm_of, assert_problem, make_due_briefings
from tests.support.clock import VirtualClock

TONE = {"url": None, "format": None, "mime": None, "bytes": None, "duration_ms": None, "etag": None}
WORKER = WorkerId(uuid4())


async def audio_of(client: httpx.AsyncClient, alarm: dict[str, Any]) -> dict[str, Any]:
    response = await client.get(f"/v1/alarms/{alarm['id']}/audio")
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert answer["alarm_id"] == alarm["id"]
    return answer


async def test_a_made_briefing_is_ready_and_is_what_to_play(sarah: httpx.AsyncClient, parts: Parts) -> None:
    alarm = await alarm_of(sarah)
    await make_due_briefings(parts)
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["tier"], answer["reason"]) == ("ready", "full", None)
    assert answer["audio"]["ring_at"] == alarm["next_ring_at"]
    assert answer["audio"]["tier"] == "full"
    assert answer["audio"]["sections"][0]["kind"] == "greeting"
    play = answer["play"]
    sound = await sarah.get(play["url"])
    assert sound.status_code == 200
    assert (sound.headers["content-type"], len(sound.content)) == (play["mime"], play["bytes"])
    assert play["duration_ms"] == answer["audio"]["duration_ms"]


async def test_before_its_time_an_alarm_plays_the_stock_briefing_of_the_users_voice(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    await parts.stocker.run_once()
    answer = await audio_of(sarah, await alarm_of(sarah, "20:00"))
    assert (answer["status"], answer["tier"], answer["reason"]) == ("waiting", "stock", None)
    assert (answer["audio"]["voice"], answer["audio"]["alarm_id"]) == ("alloy", None)
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_without_stock_in_the_users_voice_there_is_the_clients_tone(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    await parts.stocker.run_once()
    await sarah.patch("/v1/users/me/preferences", json={"voice": "verse"})
    answer = await audio_of(sarah, await alarm_of(sarah, "20:00"))
    assert (answer["tier"], answer["play"], answer["audio"]) == ("tone", TONE, None)


async def test_the_stock_speaks_the_users_language(sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts) -> None:
    alarm = await alarm_of(sarah, "20:00")
    await sarah.patch("/v1/users/me/preferences", json={"language": "de-AT"})
    assert (await audio_of(sarah, alarm))["tier"] == "tone"
    await parts.stocker.run_once()
    german = await audio_of(sarah, alarm)
    assert german["tier"] == "stock"
    assert "Es ist Zeit aufzustehen." in german["audio"]["transcript"]
    await parts.database.fetch("update user_preferences set language = 'tlh' where user_id = $1", sarah_id)
    assert "It is time to wake up." in (await audio_of(sarah, alarm))["audio"]["transcript"]


async def test_an_english_stock_is_not_played_to_a_german_listener(sarah: httpx.AsyncClient, parts: Parts) -> None:
    await parts.stocker.run_once()
    await parts.database.fetch("delete from audio where audio_type = 'stock' and language = 'de'")
    await sarah.patch("/v1/users/me/preferences", json={"language": "de"})
    assert (await audio_of(sarah, await alarm_of(sarah, "20:00")))["tier"] == "tone"


async def test_while_a_worker_holds_the_job_it_is_generating(sarah: httpx.AsyncClient, parts: Parts) -> None:
    alarm = await alarm_of(sarah)
    await parts.queue.beat(WORKER)
    [job] = await parts.queue.claim(WORKER, limit=1)
    assert (await audio_of(sarah, alarm))["status"] == "generating"
    assert await parts.audio.start(job, voice="alloy")
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["tier"]) == ("generating", "tone")


async def test_a_job_to_be_tried_again_is_waiting_with_the_reason(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    alarm = await alarm_of(sarah)
    await parts.queue.beat(WORKER)
    [job] = await parts.queue.claim(WORKER, limit=1)
    await parts.queue.retry(job, run_after=clock.now() + timedelta(minutes=1), reason="the voice hung")
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["reason"]) == ("waiting", "the voice hung")


async def test_a_buried_job_is_failed_with_the_reason(sarah: httpx.AsyncClient, parts: Parts) -> None:
    alarm = await alarm_of(sarah)
    await parts.queue.beat(WORKER)
    [job] = await parts.queue.claim(WORKER, limit=1)
    await parts.audio.start(job, voice="alloy")
    await parts.queue.bury(job, reason="it cannot be made")
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["tier"], answer["reason"]) == ("failed", "tone", "it cannot be made")
    assert answer["play"] == TONE


async def test_a_ring_that_came_before_its_briefing_is_failed(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    alarm = await alarm_of(sarah)
    clock.advance(timedelta(minutes=30))
    await parts.queue.expire()
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["reason"]) == ("failed", "the ring came first")


async def test_an_alarm_that_is_off_has_nothing_planned(sarah: httpx.AsyncClient) -> None:
    answer = await audio_of(sarah, await alarm_of(sarah, active=False))
    assert (answer["status"], answer["reason"]) == ("none", "the alarm is off")


async def test_a_briefing_made_for_another_ring_is_not_offered_for_the_new_one(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    alarm = await alarm_of(sarah, "07:30")
    await make_due_briefings(parts)
    assert (await audio_of(sarah, alarm))["status"] == "ready"
    await sarah.patch(f"/v1/alarms/{alarm['id']}", json={"time": "09:00"})
    assert (await audio_of(sarah, alarm))["status"] == "waiting"
    await sarah.patch(f"/v1/alarms/{alarm['id']}", json={"active": False})
    assert (await audio_of(sarah, alarm))["status"] == "none"


async def test_the_briefing_stays_to_be_heard_after_the_ring(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    alarm = await alarm_of(sarah, days=["tue"])
    await make_due_briefings(parts)
    clock.advance(timedelta(minutes=35))
    await parts.alarms.roll()
    answer = await audio_of(sarah, alarm)
    assert (answer["status"], answer["audio"]["ring_at"]) == ("ready", alarm["next_ring_at"])


async def test_soon_after_a_ring_the_next_one_counts_when_it_is_near(
    sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    alarm = await alarm_of(sarah, "07:30")
    await make_due_briefings(parts)
    clock.advance(timedelta(minutes=40))
    await sarah.patch(f"/v1/alarms/{alarm['id']}", json={"time": "08:00", "date": "2026-11-24"})
    assert (await audio_of(sarah, alarm))["status"] == "waiting"


async def test_an_alarm_that_does_not_exist_is_not_found(sarah: httpx.AsyncClient) -> None:
    assert_problem(await sarah.get(f"/v1/alarms/{uuid4()}/audio"), 404, field="alarm")
    assert_problem(await sarah.get("/v1/alarms/first/audio"), 422, field="alarm_id")
