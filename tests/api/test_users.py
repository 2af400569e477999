"""Users and what they prefer, over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from tests.api.support import Connect, alarm_of, assert_problem, briefing_of

DEFAULTS: dict[str, Any] = {
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
WHOLE: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "name": "Анна-Мария 子",
    "voice": "nova",
    "language": "en",
    "place": {"name": "München", "latitude": 48.14, "longitude": 11.58},
    "country": "DE",
    "subdivision": "BY",
    "include_weather": False,
    "feeds": ["https://example.org/news.xml"],
    "news_categories": ["world", "science"],
    "teams": ["133604"],
    "tickers": ["AAPL", "^GSPC"],
    "has_calendar": False,
    "temperature_unit": "C",
    "include_news": False,
    "include_sport": False,
    "include_markets": False,
    "include_calendar": False,
    "learn_from_skips": True,
}


def shown(preferences: dict[str, Any]) -> dict[str, Any]:
    """As they come back: with how the name will be said."""
    names = {"Анна-Мария 子": "Anna-Mariya Zi"}
    return preferences | {"spoken_name": names.get(preferences["name"], preferences["name"])}


async def test_an_operator_creates_a_user_whose_token_works(
    operator: httpx.AsyncClient, app: Any, connect: Connect
) -> None:
    given = {"email": "anna@example.org", "preferences": {"timezone": "Europe/Berlin"}}
    response = await operator.post("/v1/users", json=given)
    assert response.status_code == 201
    created = response.json()
    assert response.headers["location"] == f"/v1/users/{created['id']}"
    assert created["preferences"] == DEFAULTS | {"timezone": "Europe/Berlin"}

    token = created.pop("token")
    anna = connect(app, token=token)
    assert (await anna.get("/v1/users/me")).json() == created
    assert (await operator.get(response.headers["location"])).json() == created
    assert (await operator.get("/v1/users")).json() == {"users": [created]}
    assert token not in (await operator.get("/v1/users")).text


async def test_a_lost_token_is_replaced_by_the_operator(
    operator: httpx.AsyncClient, sarah_id: UserId, app: Any, connect: Connect
) -> None:
    response = await operator.post(f"/v1/users/{sarah_id}/tokens")
    assert response.status_code == 201
    again = connect(app, token=response.json()["token"])
    assert (await again.get("/v1/users/me")).json()["id"] == str(sarah_id)


async def test_put_replaces_all_preferences(sarah: httpx.AsyncClient) -> None:
    response = await sarah.put("/v1/users/me/preferences", json=WHOLE)
    assert response.json() == shown(WHOLE)
    assert (await sarah.get("/v1/users/me/preferences")).json() == shown(WHOLE)

    response = await sarah.put("/v1/users/me/preferences", json={"timezone": "Asia/Tokyo"})
    assert response.json() == DEFAULTS | {"timezone": "Asia/Tokyo"}


CHANGES: list[dict[str, Any]] = [
    {"name": "Zoë"},
    {"name": None},
    {"place": None},
    {"place": {"name": "Rom", "latitude": 41.9, "longitude": 12.5}},
    {"feeds": []},
    {"country": "AT", "subdivision": None},
    {"include_weather": True, "voice": "onyx"},
    {"news_categories": ["business"]},
    {"teams": [], "tickers": ["EUR/USD"]},
    {"temperature_unit": None},
    {"include_news": True, "include_markets": True},
    {"include_sport": True},
    {"include_calendar": True},
    {},
]


async def test_patch_changes_what_is_given_and_nothing_else(
    sarah: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for change in CHANGES:
        with subtests.test(change=change):
            await sarah.put("/v1/users/me/preferences", json=WHOLE)
            response = await sarah.patch("/v1/users/me/preferences", json=change)
            assert response.json() == shown(WHOLE | change)
            assert (await sarah.get("/v1/users/me/preferences")).json() == shown(WHOLE | change)


async def test_a_change_does_not_undo_one_of_another_field_that_came_in_between(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    await sarah.put("/v1/users/me/preferences", json=WHOLE)
    changes: list[dict[str, Any]] = [
        {"name": "Zoë"},
        {"voice": "onyx"},
        {"timezone": "Asia/Tokyo"},
        {"place": {"name": "Rom", "latitude": 41.9, "longitude": 12.5}},
        {"country": "AT", "subdivision": None},
        {"include_weather": True},
        {"feeds": ["https://example.org/other.xml"]},
    ]
    responses = await asyncio.gather(*(sarah.patch("/v1/users/me/preferences", json=change) for change in changes))
    assert {response.status_code for response in responses} == {200}
    together = {name: value for change in changes for name, value in change.items()}
    assert (await sarah.get("/v1/users/me/preferences")).json() == shown(WHOLE | together)

    await parts.people.change_preferences(sarah_id, {"name": None})
    assert (await sarah.get("/v1/users/me/preferences")).json() == shown(WHOLE | together | {"name": None})


async def test_a_country_and_its_part_are_checked_and_kept_together(sarah: httpx.AsyncClient) -> None:
    await sarah.put("/v1/users/me/preferences", json=WHOLE)
    assert (await sarah.patch("/v1/users/me/preferences", json={"subdivision": "BE"})).json()["country"] == "DE"
    assert_problem(await sarah.patch("/v1/users/me/preferences", json={"country": "AT"}), 422, field="subdivision")
    assert_problem(await sarah.patch("/v1/users/me/preferences", json={"country": None}), 422, field="subdivision")


BAD_CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"timezone": "Mars/Olympus"}, "timezone", "IANA"),
    ({"timezone": None}, "timezone", "Leave it out"),
    (
        {"voice": "siri"},
        "voice",
        "alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse",
    ),
    ({"language": "tlh"}, "language", "en"),
    ({"name": "x" * 301}, "name", "300"),
    ({"name": ""}, "name", "at least 1"),
    ({"name": "a\x00b"}, "name", "one line"),
    ({"name": "a\nb"}, "name", "one line"),
    ({"name": 7}, "name", "text"),
    ({"place": {"name": "Rom", "longitude": 12.5}}, "place.latitude", "Give it"),
    ({"place": {"name": "Springfield"}}, "place", "Springfield, IL, US"),
    ({"place": {"name": "Rom", "latitude": 91, "longitude": 0}}, "place.latitude", "at most 90"),
    ({"place": {"name": "Rom", "latitude": "41.9", "longitude": 0}}, "place.latitude", "number"),
    ({"country": "XX"}, "country", ""),
    ({"country": "DE", "subdivision": "ZZ"}, "subdivision", ""),
    ({"include_weather": "yes"}, "include_weather", "true or false"),
    ({"feeds": ["file:///etc/passwd"]}, "feeds.0", "https://"),
    ({"feeds": ["https://example.org/a.xml", "http://127.0.0.1/b.xml"]}, "feeds.1", "public"),
    ({"feeds": ["https://example.org/"] * 11}, "feeds", "at most 10"),
    ({"feeds": "https://example.org/"}, "feeds", ""),
    ({"news_categories": ["gossip"]}, "news_categories.0", "'general'"),
    ({"teams": ["Arsenal FC"]}, "teams.0", "133604"),
    ({"teams": ["1", "2", "3", "4", "5", "6"]}, "teams", "at most 5"),
    ({"tickers": ["aapl"]}, "tickers.0", "capitals"),
    ({"tickers": [str(n) for n in range(11)]}, "tickers", "at most 10"),
    ({"calendar_url": "file:///etc/passwd"}, "calendar_url", "https://"),
    ({"calendar_url": "http://127.0.0.1/a.ics"}, "calendar_url", "public"),
    ({"calendar_url": ""}, "calendar_url", "at least 1"),
    ({"temperature_unit": "K"}, "temperature_unit", "'F' or 'C'"),
    ({"include_sport": None}, "include_sport", "Leave it out"),
    ({"nick": "Z"}, "nick", "Leave it out"),
]


async def test_a_place_is_found_by_its_name_alone(sarah: httpx.AsyncClient) -> None:
    changed = await sarah.patch("/v1/users/me/preferences", json={"place": {"name": "Cologne"}})
    assert changed.json()["place"] == {"name": "Cologne", "latitude": 50.93333, "longitude": 6.95}
    narrowed = {**WHOLE, "place": {"name": "Paris, US"}}
    replaced = await sarah.put("/v1/users/me/preferences", json=narrowed)
    assert replaced.json()["place"] == {"name": "Paris", "latitude": 33.66094, "longitude": -95.55551}


async def test_bad_preferences_are_refused_with_field_and_remedy(
    sarah: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    before = (await sarah.get("/v1/users/me/preferences")).json()
    for change, field, remedy in BAD_CHANGES:
        with subtests.test(change=change):
            problem = assert_problem(await sarah.patch("/v1/users/me/preferences", json=change), 422, field=field)
            assert remedy in problem["remedy"]
    assert (await sarah.get("/v1/users/me/preferences")).json() == before


async def test_a_name_may_have_300_characters_of_any_script(sarah: httpx.AsyncClient) -> None:
    name = ("ก็𝕏ñ👩‍🚀عا" * 100)[:300]
    response = await sarah.patch("/v1/users/me/preferences", json={"name": name})
    assert response.json()["name"] == name


SPOKEN_NAMES: list[tuple[str | None, str, str | None]] = [
    ("李明", "en", "Li Ming"),
    ("李明", "de", "Li Ming"),
    ("Dr. Ada", "en", "Doctor Ada"),
    ("Dr. Ada", "de-AT", "Doktor Ada"),
    ("R2D2", "de", "R zwei D zwei"),
    ("Ada 🎉", "en", "Ada"),
    ("🎉", "en", None),
    ("محمد", "en", None),
    (None, "de", None),
]


async def test_the_preferences_tell_how_the_name_will_be_said(
    sarah: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for name, language, spoken in SPOKEN_NAMES:
        with subtests.test(name=name, language=language):
            change = {"name": name, "language": language}
            response = await sarah.patch("/v1/users/me/preferences", json=change)
            assert (response.json()["name"], response.json()["spoken_name"]) == (name, spoken)
            assert (await sarah.get("/v1/users/me")).json()["preferences"]["spoken_name"] == spoken
    read = (await sarah.get("/v1/users/me/preferences")).json()
    assert (await sarah.put("/v1/users/me/preferences", json=read | {"spoken_name": "X"})).json() == read
    assert_problem(await sarah.patch("/v1/users/me/preferences", json={"spoken_name": "X"}), 422, field="spoken_name")


async def test_a_language_nobody_speaks_that_was_written_by_sql_does_not_hide_the_preferences(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    await parts.database.fetch("update user_preferences set language = 'tlh' where user_id = $1", sarah_id)
    shown = (await sarah.get("/v1/users/me/preferences")).json()
    assert (shown["language"], shown["name"], shown["spoken_name"]) == ("tlh", "Sarah", None)


async def test_unpaired_surrogates_are_refused_and_quoted_safely(sarah: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body, field in ((b'{"name": "\\ud800"}', "name"), (b'{"\\ud800": 1}', "body")):
        response = await sarah.patch("/v1/users/me/preferences", content=body, headers=headers)
        assert_problem(response, 422, field=field)


async def test_an_email_belongs_to_one_user(operator: httpx.AsyncClient) -> None:
    given = {"email": "anna@example.org", "preferences": {"timezone": "UTC"}}
    assert (await operator.post("/v1/users", json=given)).status_code == 201
    assert_problem(await operator.post("/v1/users", json=given), 422, field="email")
    assert len((await operator.get("/v1/users")).json()["users"]) == 1


BAD_USERS: list[tuple[Any, str]] = [
    ({}, "preferences"),
    ({"preferences": {}}, "preferences.timezone"),
    ({"preferences": {"timezone": "Nowhere"}}, "preferences.timezone"),
    ({"preferences": {"timezone": "UTC"}, "email": "anna"}, "email"),
    ({"preferences": {"timezone": "UTC"}, "token": "mine"}, "token"),
    ([], "body"),
    ("preferences", "body"),
]


async def test_a_malformed_user_is_not_created(operator: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for given, field in BAD_USERS:
        with subtests.test(given=given):
            assert_problem(await operator.post("/v1/users", json=given), 422, field=field)
    assert (await operator.get("/v1/users")).json() == {"users": []}


async def test_a_deleted_user_is_gone_with_all_that_was_his(
    sarah: httpx.AsyncClient, operator: httpx.AsyncClient
) -> None:
    alarm = await alarm_of(sarah)
    assert (await sarah.delete("/v1/users/me")).status_code == 204
    assert_problem(await sarah.get("/v1/users/me"), 401)
    assert_problem(await operator.get(f"/v1/alarms/{alarm['id']}"), 404)
    assert (await operator.get("/v1/users")).json() == {"users": []}


async def test_what_he_said_and_heard_goes_with_its_files(
    sarah: httpx.AsyncClient, parts: Parts, tmp_path: Path
) -> None:
    await briefing_of(sarah, parts)
    folder = tmp_path / "home" / "audio"
    personal = await parts.database.fetch("select key from onealarm.segments where text is null")
    assert personal
    before = len(list(folder.rglob("*.aac")))
    assert (await sarah.delete("/v1/users/me")).status_code == 204
    assert not [row for row in personal if list(folder.rglob(f"{row['key']}.aac"))]
    assert len(list(folder.rglob("*.aac"))) == before - len(personal), "what others may hear is there"


async def test_a_user_takes_with_him_all_that_is_kept(
    sarah: httpx.AsyncClient, sarah_id: UserId, otto: httpx.AsyncClient, operator: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    exported = (await sarah.get("/v1/users/me/export")).json()
    assert exported.keys() == (await parts.export.of_user(sarah_id)).keys(), "over HTTP nothing is left out"
    assert exported["user"]["id"] == str(sarah_id)
    assert exported["preferences"]["preferred_name"] == "Sarah"
    assert exported["weather"] is None
    assert exported["alarms"][0]["alarm_time_local"] == "07:30:00"
    assert exported["jobs"][0]["state"] == "done"
    assert exported["audio"][0]["transcript"] == manifest["transcript"]
    assert (await operator.get(f"/v1/users/{sarah_id}/export")).json() == exported
    assert_problem(await otto.get(f"/v1/users/{sarah_id}/export"), 404, field="user")


async def test_an_unknown_user_is_not_found(operator: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/export"), ("GET", "/preferences"), ("POST", "/tokens")):
        assert_problem(await operator.request(method, f"/v1/users/{uuid4()}{path}"), 404, field="user")
    assert_problem(await operator.get("/v1/users/me"), 422, field="user")
    assert_problem(await operator.get("/v1/users/anna"), 422, field="user")


async def test_the_household_is_those_whose_alarms_one_may_see(
    sarah: httpx.AsyncClient, sarah_id: UserId, otto: httpx.AsyncClient, operator: httpx.AsyncClient
) -> None:
    own = {"user_id": str(sarah_id), "name": "Sarah"}
    assert (await sarah.get("/v1/household")).json() == {"members": [own]}
    members = (await operator.get("/v1/household")).json()["members"]
    assert sorted(member["name"] for member in members) == ["Otto", "Sarah"]


async def test_the_address_of_a_calendar_is_kept_and_never_shown(sarah: httpx.AsyncClient) -> None:
    secret = "webcal://calendar.example/private-4711.ics"
    changed = await sarah.patch("/v1/users/me/preferences", json={"calendar_url": secret})
    assert changed.json()["has_calendar"] is True
    whole = (await sarah.get("/v1/users/me/preferences")).json()
    written_back = await sarah.put("/v1/users/me/preferences", json=whole)
    assert written_back.json() == whole  # what was read can be written back, and the address stays
    for address in ("/v1/users/me", "/v1/users/me/preferences"):
        assert "4711" not in (await sarah.get(address)).text
    assert (await sarah.get("/v1/users/me/export")).json()["preferences"]["calendar_url"] == secret
    gone = await sarah.put("/v1/users/me/preferences", json=whole | {"calendar_url": None})
    assert gone.json()["has_calendar"] is False
