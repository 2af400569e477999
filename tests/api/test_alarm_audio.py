"""What to play now for an alarm: the truth, and always something."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.ids import WorkerId
from tests.api.conftest import alarm_of, assert_problem, make_due_briefings
from tests.support.clock import VirtualClock

WORKER = WorkerId(__import__("uuid").uuid4())


async def test_a_made_briefing_is_ready_and_is_what_to_play(sarah: httpx.AsyncClient, parts: Parts) -> None:
    alarm = await alarm_of(sarah)
    await make_due_briefings(parts)
    answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    print(answer)
    assert answer["status"] == "ready"
