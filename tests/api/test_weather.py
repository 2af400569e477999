"""The weather that a user's client sends. The clock stands at 12:00 UTC."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.support import assert_problem

PATH = "/v1/users/me/weather"
WHOLE: dict[str, Any] = {
    "location": "Oslo",
    "current_temp": -4,
    "high_temp": 1.5,
    "low_temp": -7.25,
    "unit": "C",
    "condition": "light snow",
    "sunrise_time": "08:32:00",
    "sunset_time": "15:30:00",
    "updated_at": "2026-11-24T11:00:00Z",
}


async def test_a_report_is_kept_as_it_was_sent(sarah: httpx.AsyncClient) -> None:
    response = await sarah.put(PATH, json=WHOLE | {"sunrise_time": "08:32", "updated_at": "2026-11-24T12:00:00+01:00"})
    assert (response.status_code, response.json()) == (200, WHOLE)
    assert (await sarah.get(PATH)).json() == WHOLE


async def test_all_may_be_left_out_and_the_report_is_of_now(sarah: httpx.AsyncClient) -> None:
    expected = dict.fromkeys(WHOLE) | {"unit": "F", "updated_at": "2026-11-24T12:00:00Z"}
    assert (await sarah.put(PATH, json={})).json() == expected


async def test_an_older_report_that_comes_late_does_not_replace_a_newer_one(sarah: httpx.AsyncClient) -> None:
    await sarah.put(PATH, json=WHOLE)
    late = await sarah.put(PATH, json={"updated_at": "2026-11-24T10:59:59Z"})
    assert (late.status_code, late.json()) == (200, WHOLE)
    newer = await sarah.put(PATH, json={"condition": "rain"})
    assert newer.json()["condition"] == "rain"


async def test_a_clock_may_be_five_minutes_fast_and_no_more(sarah: httpx.AsyncClient) -> None:
    assert (await sarah.put(PATH, json={"updated_at": "2026-11-24T12:05:00Z"})).status_code == 200
    assert_problem(await sarah.put(PATH, json={"updated_at": "2026-11-24T12:05:01Z"}), 422, field="updated_at")


async def test_without_a_report_there_is_none(sarah: httpx.AsyncClient) -> None:
    assert_problem(await sarah.get(PATH), 404, field="weather")


BAD: list[tuple[bytes, str]] = [
    (b'{"current_temp": 151}', "current_temp"),
    (b'{"current_temp": NaN}', "body"),
    (b'{"high_temp": 1e999}', "high_temp"),
    (b'{"low_temp": "-4"}', "low_temp"),
    (b'{"unit": "K"}', "unit"),
    (b'{"unit": null}', "unit"),
    (b'{"sunrise_time": "8:32"}', "sunrise_time"),
    (b'{"sunset_time": "2026-11-24T15:30:00Z"}', "sunset_time"),
    (b'{"updated_at": "2026-11-24T12:00:00"}', "updated_at"),
    (b'{"updated_at": "2026-13-24T12:00:00Z"}', "updated_at"),
    (b'{"updated_at": 1795521600}', "updated_at"),
    (b'{"condition": "a\\u0000b"}', "condition"),
    (b'{"location": ""}', "location"),
    (b'{"humidity": 50}', "humidity"),
]


async def test_a_malformed_report_is_not_kept(sarah: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for body, field in BAD:
        with subtests.test(body=body):
            response = await sarah.put(PATH, content=body, headers={"Content-Type": "application/json"})
            assert_problem(response, 422, field=field)
    assert_problem(await sarah.get(PATH), 404)
