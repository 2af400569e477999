"""For those who run OneAlarm."""

from __future__ import annotations

from datetime import timedelta

import httpx

from onealarm.bootstrap import Parts
from tests.api.support import alarm_of, make_due_briefings
from tests.support.clock import VirtualClock


async def test_it_is_ready_once_the_stock_is_there(nobody: httpx.AsyncClient, parts: Parts) -> None:
    before = await nobody.get("/readyz")
    assert before.status_code == 503
    assert {name: check["ok"] for name, check in before.json()["checks"].items()} == {
        "database": True,
        "stock": False,
        "queue": True,
    }
    assert "alloy" in before.json()["checks"]["stock"]["detail"]
    await parts.stocker.run_once()
    after = await nobody.get("/readyz")
    assert (after.status_code, after.json()["ready"]) == (200, True)


async def test_it_is_not_ready_when_due_work_waits_for_more_than_five_minutes(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    await parts.stocker.run_once()
    await alarm_of(sarah)
    clock.advance(timedelta(minutes=5))
    assert (await nobody.get("/readyz")).status_code == 200
    clock.advance(timedelta(seconds=1))
    late = await nobody.get("/readyz")
    assert (late.status_code, late.json()["checks"]["queue"]["ok"]) == (503, False)


async def test_metrics_show_the_queue_as_it_is_now(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts
) -> None:
    await alarm_of(sarah)
    response = await nobody.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert "onealarm_queue_due 1.0" in response.text
    await make_due_briefings(parts)
    after = (await nobody.get("/metrics")).text
    assert "onealarm_queue_due 0.0" in after
    assert 'onealarm_briefings_total{tier="full"} 1.0' in after
