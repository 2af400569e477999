"""Private feeds: for whoever knows the address, until it is revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from onealarm.postgres.feeds import MOST
from tests.api.support import assert_problem, briefing_of
from tests.support.clock import VirtualClock

MINE = "/v1/users/me/feeds"


async def feed_of(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.post(MINE)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def test_a_feed_is_made_listed_without_its_address_and_revoked(
    sarah: httpx.AsyncClient, nobody: httpx.AsyncClient, clock: VirtualClock
) -> None:
    made = await feed_of(sarah)
    clock.advance(timedelta(minutes=1))
    other = await feed_of(sarah)
    assert (await nobody.get(made["podcast"])).status_code == 200
    listed = (await sarah.get(MINE)).json()["feeds"]
    assert [one["id"] for one in listed] == [made["id"], other["id"]]
    assert all(one.keys() == {"id", "created_at", "last_read_at"} for one in listed)
    assert (listed[0]["last_read_at"] is None, listed[1]["last_read_at"]) == (False, None)
    assert (await sarah.delete(f"{MINE}/{made['id']}")).status_code == 204
    assert_problem(await nobody.get(made["podcast"]), 404, field="feed")
    assert (await nobody.get(other["podcast"])).status_code == 200
    assert_problem(await sarah.delete(f"{MINE}/{made['id']}"), 404, field="feed")


async def test_a_feed_is_its_owners_alone(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, nobody: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    made = await feed_of(sarah)
    assert_problem(await otto.delete(f"{MINE}/{made['id']}"), 404, field="feed")
    assert_problem(await otto.get(f"/v1/users/{sarah_id}/feeds"), 404, field="user")
    stranger = (await feed_of(otto))["podcast"].removesuffix("podcast.xml")
    manifest = await briefing_of(sarah, parts)
    for file in ("briefing.m4a", "chapters.json", "transcript.vtt"):
        assert_problem(await nobody.get(f"{stranger}{manifest['id']}/{file}"), 404, field="audio")
        assert (await nobody.get(f"{made['podcast'].removesuffix('podcast.xml')}{manifest['id']}/{file}")).is_success
    for secret in ("of_", "of_wrong", "%C3%A4", "x" * 5000):
        assert_problem(await nobody.get(f"/v1/feeds/{secret}/podcast.xml"), 404, field="feed")


async def test_a_feed_that_has_not_changed_is_not_sent_again(
    sarah: httpx.AsyncClient, nobody: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    made = await feed_of(sarah)
    empty = await nobody.get(made["podcast"])
    manifest = await briefing_of(sarah, parts)
    full = await nobody.get(made["podcast"])
    assert full.headers["etag"] != empty.headers["etag"]
    assert (full.headers["cache-control"], full.headers["x-robots-tag"]) == ("private, no-cache", "noindex")
    assert full.text.count("<item>") == 1
    again = await nobody.get(made["podcast"], headers={"If-None-Match": full.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.advance(timedelta(hours=49))
    assert (await nobody.get(made["podcast"])).text.count("<item>") == 0, "its sound is over"
    assert_problem(await nobody.get(f"{made['podcast'].removesuffix('podcast.xml')}{manifest['id']}/briefing.m4a"), 404)


async def test_there_is_an_end_to_feeds(sarah: httpx.AsyncClient, operator: httpx.AsyncClient) -> None:
    for _ in range(MOST):
        await feed_of(sarah)
    refused = assert_problem(await sarah.post(MINE), 422, field="feeds")
    assert "Revoke one" in refused["remedy"]
    assert_problem(await operator.post(f"/v1/users/{uuid4()}/feeds"), 404, field="user")
