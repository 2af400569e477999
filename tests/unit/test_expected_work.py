"""What a worker expects a briefing to take of its providers."""

from __future__ import annotations

import pytest

from onealarm.control.governor.pools import PoolId
from onealarm.events import CallPaid, Event, SegmentsFound
from onealarm.worker.expected_work import ExpectedWork

CHARACTERS = PoolId("acme", "talk", "characters")


def after(*events: Event) -> ExpectedWork:
    work = ExpectedWork()
    for event in events:
        work(event)
    return work


def test_it_is_what_the_last_ones_took_for_as_many_segments_as_the_plan_expects() -> None:
    paid, found = CallPaid("acme", "talk", 4, 0, 400, 0.1), SegmentsFound(reused=6, spoken=4)
    work = after(*[paid, found] * 20)
    assert work.work()[CHARACTERS] == pytest.approx(400)
    work.expect(1.5)
    assert work.work()[CHARACTERS] == pytest.approx(150)
    work.expect(0.0)
    assert work.work()[CHARACTERS] == 0, "all of it is spoken"
    work.expect(None)
    assert work.work()[CHARACTERS] == pytest.approx(400)


def test_nothing_is_expected_of_what_was_never_used() -> None:
    work = after(SegmentsFound(reused=10, spoken=0))
    work.expect(3.0)
    assert work.work() == {}
