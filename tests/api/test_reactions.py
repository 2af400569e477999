"""Reactions: how a listener took his briefings, and briefings that learn from it where he wants that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from onealarm.bootstrap import Parts
from onealarm.briefing.learning import Reaction
from onealarm.ids import UserId
from tests.api.support import assert_problem, briefing_of

PLACE = {"name": "Oslo", "latitude": 59.91, "longitude": 10.75}


def kinds(manifest: dict[str, Any]) -> list[str]:
    return [section["kind"] for section in manifest["sections"]]


async def skip(parts: Parts, user_id: UserId, days: int) -> None:
    """He skipped sunrise and sunset on so many mornings before the test's day."""
    for day in range(1, days + 1):
        ring_at = datetime(2026, 11, 24, 7, 0, tzinfo=UTC) - timedelta(days=day)
        await parts.reactions.save(user_id, [Reaction("sun", ring_at.date(), 0.0)], ring_at=ring_at)


async def test_a_briefing_learns_from_skips_only_where_that_is_wanted(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    await sarah.patch("/v1/users/me/preferences", json={"place": PLACE})
    await skip(parts, sarah_id, 60)
    assert "sun" in kinds(await briefing_of(sarah, parts)), "it is off by default"
    changed = await sarah.patch("/v1/users/me/preferences", json={"learn_from_skips": True})
    assert changed.json()["learn_from_skips"] is True
    assert "sun" not in kinds(await briefing_of(sarah, parts, time="07:40"))


async def test_a_client_tells_how_the_sections_were_taken_and_the_last_word_counts(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    path = f"/v1/audio/{manifest['id']}/reactions"
    first = {"reactions": [{"section": "date", "share": 0.25}, {"section": "closing", "praise": 1}]}
    assert (await sarah.put(path, json=first)).status_code == 204
    assert (await sarah.put(path, json={"reactions": [{"section": "date", "share": 0.5}]})).status_code == 204
    told = {one.kind: (one.share, one.praise) for one in await parts.reactions.of_user(sarah_id)}
    assert told == {"closing": (1.0, 1), "date": (0.5, 0)}
    exported = (await sarah.get("/v1/users/me/export")).json()["reactions"]
    assert [(one["kind"], one["share"]) for one in exported] == [("closing", 1.0), ("date", 0.5)]


async def test_reactions_are_the_listeners_own_and_name_each_section_once(
    sarah: httpx.AsyncClient, otto: httpx.AsyncClient, operator: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    path = f"/v1/audio/{manifest['id']}/reactions"
    one = {"reactions": [{"section": "date", "share": 0.5}]}
    assert_problem(await otto.put(path, json=one), 404, field="audio")
    assert_problem(await operator.put(path, json=one), 403, field="audio")
    twice = {"reactions": [{"section": "date"}, {"section": "date"}]}
    assert_problem(await sarah.put(path, json=twice), 422)
    assert_problem(await sarah.put(path, json={"reactions": [{"section": "date", "share": 1.5}]}), 422)
    assert_problem(await sarah.put(path, json={"reactions": []}), 422)
