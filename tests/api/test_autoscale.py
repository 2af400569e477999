"""What an autoscaler is told, and when it is told nothing."""

from __future__ import annotations

import httpx

from onealarm.bootstrap import Parts


async def lead(parts: Parts) -> None:
    for service in parts.leadership:
        await service.run_once()


async def test_r28_it_is_answered_from_memory_and_not_once_the_leader_is_silent(
    nobody: httpx.AsyncClient, parts: Parts
) -> None:
    nothing = await nobody.get("/v1/autoscale")
    assert nothing.status_code == 503
    assert "onealarm control" in nothing.json()["remedy"]
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    await lead(parts)
    assert (await nobody.get("/v1/autoscale")).status_code == 503, "it was published, and is not known here"
    await parts.follower.run_once()
    told = (await nobody.get("/v1/autoscale")).json()
    assert told == {
        "desired_slots": 2,
        "slots_per_worker": 2,
        "reason": "floor",
        "valid_until": told["valid_until"],
        "epoch": 1,
    }
    await parts.database.fetch("update onealarm.plans set made_at = made_at - interval '5 minutes 1 second'")
    await parts.follower.run_once()
    assert (await nobody.get("/v1/autoscale")).status_code == 503
