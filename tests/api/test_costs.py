"""What operators are told of money, and the counting of function calls."""

from __future__ import annotations

import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.pipeline.library import Charge
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.segments import PostgresSegments
from tests.api.support import briefing_of


async def test_costs_are_told_with_what_came_of_them(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts
) -> None:
    await briefing_of(sarah, parts)
    await PostgresSegments(parts.database).note_charge(Charge("acme", "talk", requests=2, characters=30, usd=0.5))
    told = (await operator.get("/v1/costs?days=1")).json()
    [paid] = told["paid"]
    assert paid == {
        "day": "2026-11-24",
        "provider": "acme",
        "model": "talk",
        "kind": "passage",
        "requests": 2,
        "tokens": 0,
        "characters": 30,
        "usd": 0.5,
    }
    assert (told["usd"], told["briefings"], told["usd_per_alarm"], told["efficiency"]) == (0.5, {"full": 1}, 0.5, 0.0)
    assert told["stored"]["alarms"] == 1
    assert told["stored"]["size"] == told["stored"]["per_alarm"] > 0


async def test_nothing_paid_is_told_as_nothing(operator: httpx.AsyncClient) -> None:
    told = (await operator.get("/v1/costs")).json()
    assert (told["paid"], told["usd"], told["usd_per_alarm"], told["efficiency"]) == ([], 0, None, None)
    assert (told["since"], told["until"]) == ("2026-11-18T00:00:00Z", "2026-11-25T00:00:00Z")


@pytest.fixture
def quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEALARM_BUDGETS", "invocations=10")


async def test_calls_of_functions_are_counted_where_there_is_a_quota(
    quota: None, operator: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts
) -> None:
    for caller in (operator, operator, sarah):  # who may not call is not counted
        await caller.post("/functions/v1/generate-alarm-audio", json={})
    standing = (
        await PostgresBudgets(parts.database, amounts=parts.settings.daily_budgets).today("invocations")
    ).standing
    assert standing.spent == 2
