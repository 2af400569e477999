"""Alarms over HTTP. The clock stands at 2026-11-24 12:00 UTC, a Tuesday: 07:00 in New York."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from onealarm.ids import UserId
from tests.api.support import alarm_of, assert_problem


async def test_an_alarm_without_date_or_days_rings_the_next_time_the_clock_shows_it(
    sarah: httpx.AsyncClient, sarah_id: UserId
) -> None:
    response = await sarah.post("/v1/alarms", json={"time": "06:45", "label": "Früh"})
    assert response.status_code == 201
    alarm = response.json()
    assert response.headers["location"] == f"/v1/alarms/{alarm['id']}"
    del alarm["id"]
    assert alarm == {
        "user_id": str(sarah_id),
        "label": "Früh",
        "time": "06:45:00",
        "date": "2026-11-25",
        "days": None,
        "timezone": "America/New_York",
        "zone_mode": "device",
        "active": True,
        "skip_dates": [],
        "pause": None,
        "skip_holidays": False,
        "snooze_minutes": 9,
        "snooze_limit": 3,
        "next_ring_at": "2026-11-25T11:45:00Z",
        "next_ring_date": "2026-11-25",
        "scheduled_for": "2026-11-25T10:47:00Z",
        "last_ring_at": None,
        "missed_ring_at": None,
        "created_at": "2026-11-24T12:00:00Z",
        "updated_at": "2026-11-24T12:00:00Z",
    }


GIVEN: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({"time": "07:00", "days": ["fri", "Mon", 1]}, {"days": [1, 5]}, "2026-11-27T12:00:00Z"),
    ({"time": "07:00:30", "days": [2]}, {"time": "07:00:30"}, "2026-11-24T12:00:30Z"),
    ({"time": "07:00", "days": ["sunday"]}, {"days": [7]}, "2026-11-29T12:00:00Z"),
    ({"time": "23:00", "date": "2026-12-24"}, {"date": "2026-12-24"}, "2026-12-25T04:00:00Z"),
    ({"time": "12:00", "timezone": "Asia/Tokyo"}, {"timezone": "Asia/Tokyo"}, "2026-11-25T03:00:00Z"),
    ({"time": "08:00", "active": False}, {"active": False, "scheduled_for": None}, None),
]


async def test_what_is_given_is_stored_and_gives_the_ring(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for given, stored, ring in GIVEN:
        with subtests.test(given=given):
            alarm = await alarm_of(sarah, **given)
            assert {name: alarm[name] for name in stored} == stored
            assert alarm["next_ring_at"] == ring
            assert (await sarah.get(f"/v1/alarms/{alarm['id']}")).json() == alarm


async def test_alarms_are_listed_the_next_to_ring_first(sarah: httpx.AsyncClient) -> None:
    late = await alarm_of(sarah, "20:00")
    off = await alarm_of(sarah, "07:10", active=False)
    early = await alarm_of(sarah, "08:00")
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": [early, late, off]}


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"label": None}, {"label": None}),
    ({"time": "09:15"}, {"time": "09:15:00", "next_ring_at": "2026-11-25T14:15:00Z"}),
    ({"days": None}, {"days": None, "date": "2026-11-25", "next_ring_at": "2026-11-25T11:30:00Z"}),
    ({"days": ["sat"]}, {"days": [6], "next_ring_at": "2026-11-28T11:30:00Z", "next_ring_date": "2026-11-28"}),
    (
        {"date": "2026-12-01"},
        {"date": "2026-12-01", "days": None, "next_ring_at": "2026-12-01T11:30:00Z", "next_ring_date": "2026-12-01"},
    ),
    (
        {"timezone": "Europe/Berlin"},
        {"timezone": "Europe/Berlin", "zone_mode": "fixed", "next_ring_at": "2026-11-25T05:30:00Z"},
    ),
    ({"zone_mode": "fixed"}, {"zone_mode": "fixed"}),
    (
        {"skip_dates": ["2026-11-25", "2026-12-02"]},
        {
            "skip_dates": ["2026-11-25", "2026-12-02"],
            "next_ring_at": "2026-12-09T11:30:00Z",
            "next_ring_date": "2026-12-09",
        },
    ),
    (
        {"pause": {"from": "2026-11-20", "until": "2026-12-01"}},
        {
            "pause": {"from": "2026-11-20", "until": "2026-12-01"},
            "next_ring_at": "2026-12-02T11:30:00Z",
            "next_ring_date": "2026-12-02",
        },
    ),
    ({"snooze_minutes": 5, "snooze_limit": 0}, {"snooze_minutes": 5, "snooze_limit": 0}),
    ({"skip_holidays": True}, {"skip_holidays": True}),
    ({"active": False}, {"active": False, "next_ring_at": None, "next_ring_date": None, "scheduled_for": None}),
    ({}, {}),
]


async def test_patch_changes_what_is_given_and_no_more(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for change, expected in CHANGES:
        with subtests.test(change=change):
            alarm = await alarm_of(sarah, time="06:30", days=[3], label="Run")
            response = await sarah.patch(f"/v1/alarms/{alarm['id']}", json=change)
            assert response.status_code == 200
            changed = response.json()
            moved = {"scheduled_for": changed["scheduled_for"]} if "next_ring_at" in expected else {}
            assert changed == alarm | moved | expected


BAD_ALARMS: list[tuple[dict[str, Any], str]] = [
    ({}, "time"),
    ({"time": "7:00"}, "time"),
    ({"time": "24:00"}, "time"),
    ({"time": "07:00Z"}, "time"),
    ({"time": "٠٧:٠٠"}, "time"),
    ({"time": 25200}, "time"),
    ({"time": None}, "time"),
    ({"time": "07:00", "days": []}, "days"),
    ({"time": "07:00", "days": [0]}, "days"),
    ({"time": "07:00", "days": [8]}, "days"),
    ({"time": "07:00", "days": [True]}, "days"),
    ({"time": "07:00", "days": ["someday"]}, "days"),
    ({"time": "07:00", "days": "mon"}, "days"),
    ({"time": "07:00", "days": [1], "date": "2026-12-24"}, "days"),
    ({"time": "07:00", "date": "2026-11-23"}, "date"),
    ({"time": "07:00", "date": "2026-02-30"}, "date"),
    ({"time": "07:00", "date": "24.12.2026"}, "date"),
    ({"time": "07:00", "date": "2040-01-01"}, "date"),
    ({"time": "07:00", "timezone": "Foo3"}, "timezone"),
    ({"time": "07:00", "timezone": "europe/berlin"}, "timezone"),
    ({"time": "07:00", "label": "x" * 201}, "label"),
    ({"time": "07:00", "active": "no"}, "active"),
    ({"time": "07:00", "snooze": 5}, "snooze"),
    ({"time": "07:00", "user_id": "me"}, "user_id"),
]


async def test_a_malformed_alarm_is_not_created(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for given, field in BAD_ALARMS:
        with subtests.test(given=given):
            assert_problem(await sarah.post("/v1/alarms", json=given), 422, field=field)
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": []}


BAD_CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"time": None}, "time"),
    ({"active": None}, "active"),
    ({"timezone": None}, "timezone"),
    ({"days": []}, "days"),
    ({"days": [1], "date": "2026-12-24"}, "days"),
    ({"next_ring_at": "2026-12-24T00:00:00Z"}, "next_ring_at"),
    ({"user_id": str(uuid4())}, "user_id"),
]


async def test_a_malformed_change_changes_nothing(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    alarm = await alarm_of(sarah)
    for change, field in BAD_CHANGES:
        with subtests.test(change=change):
            assert_problem(await sarah.patch(f"/v1/alarms/{alarm['id']}", json=change), 422, field=field)
    assert (await sarah.get(f"/v1/alarms/{alarm['id']}")).json() == alarm


async def test_a_deleted_alarm_is_gone(sarah: httpx.AsyncClient) -> None:
    path = f"/v1/alarms/{(await alarm_of(sarah))['id']}"
    assert (await sarah.delete(path)).status_code == 204
    for response in (await sarah.get(path), await sarah.delete(path), await sarah.get(f"{path}/audio")):
        assert_problem(response, 404, field="alarm")


async def test_an_operator_creates_changes_and_deletes_anybodys_alarm(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, sarah_id: UserId, otto: httpx.AsyncClient, otto_id: UserId
) -> None:
    mine = await alarm_of(operator, user_id=str(sarah_id))
    his = await alarm_of(otto)
    everybodys = (await operator.get("/v1/alarms")).json()["alarms"]
    assert {alarm["id"] for alarm in everybodys} == {mine["id"], his["id"]}
    assert (await operator.get("/v1/alarms", params={"user_id": str(otto_id)})).json() == {"alarms": [his]}
    path = f"/v1/alarms/{mine['id']}"
    assert (await operator.patch(path, json={"label": "Up"})).json()["label"] == "Up"
    assert (await operator.get(path)).json() == (await sarah.get(path)).json()
    assert (await operator.delete(path)).status_code == 204
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": []}


async def test_an_operator_says_whose_alarm_it_is(operator: httpx.AsyncClient) -> None:
    assert_problem(await operator.post("/v1/alarms", json={"time": "07:00"}), 422, field="user_id")
    given = {"time": "07:00", "user_id": str(uuid4())}
    assert_problem(await operator.post("/v1/alarms", json=given), 404, field="user")
