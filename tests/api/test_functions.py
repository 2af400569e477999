"""Work that a cron service has done over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from onealarm.alarms.preferences import Preferences
from onealarm.api.app import create_app
from onealarm.bootstrap import Parts, build
from onealarm.config import load_settings
from onealarm.errors import SourceUnavailable
from tests.api.conftest import STOCKED
from tests.api.support import Connect, alarm_of, assert_problem
from tests.support.clock import VirtualClock
from tests.support.content import Vendors

ADDRESS = "/functions/v1/generate-alarm-audio"
TOKEN = "cron-" + "0123456789abcdef" * 2


@pytest.fixture
async def parts(database_url: str, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Parts]:
    """As for the other tests, with a service token."""
    home = str(tmp_path / "home")
    settings = load_settings(ONEALARM_HOME=home, ONEALARM_PROCESSES="1", ONEALARM_SERVICE_TOKEN=TOKEN)
    async with build(settings, database_url, now=clock.now, stock=(STOCKED,)) as built:
        yield built


@pytest.fixture
async def cron(app: FastAPI, connect: Connect) -> httpx.AsyncClient:
    return connect(app, token=TOKEN)


def counts(response: httpx.Response) -> tuple[int, ...]:
    assert response.status_code == 200, response.text
    answer = response.json()
    return tuple(answer[name] for name in ("claimed", "done", "failed", "released", "remaining"))


async def test_a_call_makes_the_briefings_that_are_due(sarah: httpx.AsyncClient, cron: httpx.AsyncClient) -> None:
    due = [await alarm_of(sarah, time) for time in ("07:30", "07:40")]
    later = await alarm_of(sarah, "08:30")
    assert counts(await cron.post(ADDRESS, json={"batch": 10})) == (2, 2, 0, 0, 0)
    for alarm in due:
        answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
        assert (answer["status"], answer["tier"]) == ("ready", "full")
    assert (await sarah.get(f"/v1/alarms/{later['id']}/audio")).json()["status"] == "waiting"


@pytest.mark.parametrize("field", ["lane", "priority"])
async def test_a_call_for_the_urgent_lane_leaves_the_rest(
    sarah: httpx.AsyncClient, cron: httpx.AsyncClient, field: str
) -> None:
    await alarm_of(sarah, "07:30")
    assert counts(await cron.post(ADDRESS, json={field: "high"})) == (0, 0, 0, 0, 0)
    assert counts(await cron.post(ADDRESS, json={field: "normal"})) == (1, 1, 0, 0, 0)


async def test_calls_at_once_share_the_work(sarah: httpx.AsyncClient, cron: httpx.AsyncClient, parts: Parts) -> None:
    for minute in range(20, 32):
        await alarm_of(sarah, f"07:{minute}")
    answers = await asyncio.gather(*(cron.post(ADDRESS, json={"batch": 12, "concurrency": 2}) for _ in range(3)))
    assert [sum(column) for column in zip(*map(counts, answers), strict=True)] == [12, 12, 0, 0, 0]
    attempts = await parts.database.fetch("select state, attempt, count(*) from audio_generation_queue group by 1, 2")
    assert [tuple(row) for row in attempts] == [("done", 1, 12)]


async def test_without_a_body_the_roadmaps_batch_is_taken(sarah: httpx.AsyncClient, cron: httpx.AsyncClient) -> None:
    for minute in range(20, 27):
        await alarm_of(sarah, f"07:{minute}")
    assert counts(await cron.post(ADDRESS)) == (5, 5, 0, 0, 2)


async def test_the_service_token_is_good_for_nothing_else(cron: httpx.AsyncClient) -> None:
    assert_problem(await cron.get("/v1/users"), 401, field="Authorization")
    assert_problem(await cron.get("/v1/alarms"), 401, field="Authorization")


async def test_an_operator_may_call_and_a_user_or_nobody_may_not(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, nobody: httpx.AsyncClient, app: FastAPI, connect: Connect
) -> None:
    assert counts(await operator.post(ADDRESS, json={})) == (0, 0, 0, 0, 0)
    assert_problem(await sarah.post(ADDRESS, json={}), 403, field="Authorization")
    assert_problem(await nobody.post(ADDRESS, json={}), 401, field="Authorization")
    assert_problem(await connect(app, token=TOKEN + "0").post(ADDRESS, json={}), 401, field="Authorization")


async def test_nothing_is_left_when_the_parts_are_closed(
    sarah: httpx.AsyncClient, cron: httpx.AsyncClient, parts: Parts
) -> None:
    await alarm_of(sarah, "07:30")
    await cron.post(ADDRESS)
    await parts.dispatcher.close()
    assert await parts.database.value("select count(*) from onealarm.workers") == 0
    assert counts(await cron.post(ADDRESS)) == (0, 0, 0, 0, 0)


async def test_daily_content_is_collected_once_for_what_is_wanted(
    database_url: str, clock: VirtualClock, tmp_path: Path, connect: Connect
) -> None:
    settings = load_settings(ONEALARM_HOME=str(tmp_path), ONEALARM_PROCESSES="1", ONEALARM_SERVICE_TOKEN=TOKEN)
    vendors = Vendors()
    vendors.news.feeds["en:world"] = ()
    vendors.sport.fails = SourceUnavailable("scores", "answered 500")
    async with build(settings, database_url, now=clock.now, stock=(), desks=vendors.desks) as built:
        user = await built.people.create(
            Preferences(timezone="UTC", news_categories=("world",), teams=("7",), tickers=("A", "B"))
        )
        await built.alarms.create(user.id, time=time(12, 30), date=None, days=None, timezone="UTC")
        app = create_app(built, household=False)
        cron = connect(app, token=TOKEN)
        answer = (await cron.post("/functions/v1/daily-content")).json()
        assert answer == {
            "success": False,
            "news": {"success": True, "wanted": 1, "collected": 1, "errors": []},
            "weather": {"success": True, "wanted": 0, "collected": 0, "errors": []},
            "sports": {"success": False, "wanted": 1, "collected": 0, "errors": ["scores: answered 500"]},
            "stocks": {"success": True, "wanted": 2, "collected": 2, "errors": []},
        }
        again = (await cron.post("/functions/v1/daily-content")).json()
        assert again["success"] is True
        assert [again[kind]["wanted"] for kind in ("news", "weather", "sports", "stocks")] == [0, 0, 0, 0]
        assert vendors.markets.asked == ["A,B"]
        assert_problem(await connect(app, token="oa_nobody").post("/functions/v1/daily-content"), 401)


async def test_each_function_says_that_it_can_be_called(cron: httpx.AsyncClient, nobody: httpx.AsyncClient) -> None:
    for name in ("generate-alarm-audio", "daily-content", "generate-audio", "cleanup-audio-files"):
        answer = (await cron.get(f"/functions/v1/{name}")).json()
        assert (answer["status"], answer["function"]) == ("healthy", name)
        assert answer["timestamp"].startswith("2026-11-24T12:")
        assert_problem(await nobody.get(f"/functions/v1/{name}"), 401)
    assert_problem(await cron.get("/functions/v1/else"), 422, field="function")
