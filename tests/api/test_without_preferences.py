"""A user whose preferences nobody wrote, or somebody deleted: he gets the defaults, and can be repaired."""

from __future__ import annotations

from typing import Any

import asyncpg
import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from tests.api.support import alarm_of

DEFAULTS: dict[str, Any] = {
    "timezone": "UTC",
    "name": None,
    "spoken_name": None,
    "voice": "alloy",
    "language": "en",
    "place": None,
    "country": None,
    "subdivision": None,
    "include_weather": True,
    "feeds": [],
    "news_categories": [],
    "teams": [],
    "tickers": [],
    "has_calendar": False,
    "temperature_unit": None,
    "include_news": True,
    "include_sport": True,
    "include_markets": True,
    "include_calendar": True,
    "learn_from_skips": False,
}


@pytest.fixture
async def bare_id(database_url: str, sarah_id: UserId) -> UserId:
    """Sarah, after her preferences were deleted in the database."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("delete from user_preferences where user_id = $1", sarah_id)
    await connection.close()
    return sarah_id


async def test_he_is_found_and_listed_with_the_defaults(
    sarah: httpx.AsyncClient, bare_id: UserId, operator: httpx.AsyncClient
) -> None:
    assert (await sarah.get("/v1/users/me/preferences")).json() == DEFAULTS
    [listed] = (await operator.get("/v1/users")).json()["users"]
    assert (listed["id"], listed["preferences"]) == (str(bare_id), DEFAULTS)
    assert (await operator.get("/v1/household")).json() == {"members": [{"user_id": str(bare_id), "name": None}]}


async def test_his_zone_is_that_of_his_newest_alarm(
    sarah: httpx.AsyncClient, sarah_id: UserId, database_url: str
) -> None:
    connection = await asyncpg.connect(database_url)
    for zone, age in (("Asia/Tokyo", 1), ("Europe/Oslo", 0), ("Africa/Cairo", 2)):
        await connection.execute(
            "insert into alarms (user_id, alarm_time_local, timezone, created_at)"
            " values ($1, '07:00', $2, now() - make_interval(hours => $3))",
            sarah_id,
            zone,
            age,
        )
    await connection.execute("delete from user_preferences")
    await connection.close()
    assert (await sarah.get("/v1/users/me/preferences")).json() == DEFAULTS | {"timezone": "Europe/Oslo"}
    changed = await sarah.patch("/v1/users/me/preferences", json={"name": "Sarah"})
    assert changed.json() == DEFAULTS | {"timezone": "Europe/Oslo", "name": "Sarah", "spoken_name": "Sarah"}


async def test_his_alarm_plays_the_stock_briefing(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts, database_url: str
) -> None:
    await parts.stocker.run_once()
    alarm = await alarm_of(sarah, "20:00")
    connection = await asyncpg.connect(database_url)
    await connection.execute("delete from user_preferences")
    await connection.close()
    response = await sarah.get(f"/v1/alarms/{alarm['id']}/audio")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["tier"], answer["audio"]["voice"]) == ("stock", "alloy")
    assert (await sarah.get(answer["play"]["url"])).status_code == 200


async def test_putting_preferences_repairs_him(sarah: httpx.AsyncClient, bare_id: UserId) -> None:
    wanted = DEFAULTS | {"timezone": "Asia/Tokyo", "voice": "nova", "name": "Sarah", "spoken_name": "Sarah"}
    response = await sarah.put(f"/v1/users/{bare_id}/preferences", json=wanted)
    assert (response.status_code, response.json()) == (200, wanted)
    assert (await sarah.get("/v1/users/me/preferences")).json() == wanted


async def test_changing_one_preference_repairs_him_with_the_defaults_for_the_rest(
    sarah: httpx.AsyncClient, bare_id: UserId
) -> None:
    for change in ({"voice": "nova"}, {"country": "DE", "subdivision": "BY"}):
        await sarah.put(f"/v1/users/{bare_id}/preferences", json=DEFAULTS)
        assert (await sarah.patch("/v1/users/me/preferences", json=change)).json() == DEFAULTS | change
