"""What plays at any instant for any alarm: the whole truth table."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from onealarm.jobs.deadline import GUARD
from onealarm.jobs.job import JobState
from onealarm.pipeline.what_to_play import NEAR, NOTHING, OFF, OVER, Play, Situation, Source, Status, what_to_play
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)
RING = NOON + timedelta(minutes=30)

STATUS: dict[JobState | None, Status] = {
    JobState.WAITING: "waiting",
    JobState.LEASED: "generating",
    JobState.DONE: "failed",  # its audio was lost or withdrawn
    JobState.DEAD: "failed",
    JobState.CANCELLED: "failed",
    JobState.EXPIRED: "failed",
    None: "failed",  # the job has been forgotten
}

REASONS = {"waiting": None, "generating": None, "failed": OVER}


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("stock", [True, False])
@pytest.mark.parametrize("job", STATUS)
@pytest.mark.parametrize("reason", [None, "voice: crashed"])
@pytest.mark.parametrize("playable", ["not made", "until later", "until now", "until a moment ago"])
def test_the_truth_table(active: bool, stock: bool, job: JobState | None, reason: str | None, playable: str) -> None:
    until = {
        "not made": None,
        "until later": NOON + SECOND,
        "until now": NOON,
        "until a moment ago": NOON - SECOND,
    }[playable]
    found = what_to_play(
        Situation(
            now=NOON,
            active=active,
            ring_at=RING,
            job=job,
            job_reason=reason,
            playable_until=until,
            briefing_reason="no weather",
            stock=stock,
        )
    )
    if playable == "until later":
        assert found == Play("briefing", "ready", "no weather")
    else:
        floor: Source = "stock" if stock else "tone"
        assert found == Play(floor, STATUS[job], reason or REASONS[STATUS[job]])


@pytest.mark.parametrize(
    ("active", "stock", "expected"),
    [
        (True, True, Play("stock", "none", NOTHING)),
        (True, False, Play("tone", "none", NOTHING)),
        (False, True, Play("stock", "none", OFF)),
        (False, False, Play("tone", "none", OFF)),
    ],
)
def test_without_a_ring_to_ask_about(active: bool, stock: bool, expected: Play) -> None:
    assert what_to_play(Situation(now=NOON, active=active, stock=stock)) == expected


@pytest.mark.parametrize(("ahead", "near"), [(GUARD, False), (GUARD - SECOND, True), (timedelta(), True)])
@pytest.mark.parametrize("job", [JobState.WAITING, JobState.LEASED])
def test_near_the_ring_it_is_said_what_plays_unless_the_briefing_comes_in_time(
    job: JobState, ahead: timedelta, near: bool
) -> None:
    found = what_to_play(Situation(now=NOON, active=True, ring_at=NOON + ahead, job=job, stock=True))
    assert found.reason == (NEAR if near else None)


def test_something_always_plays() -> None:
    instants = (None, RING, NOON, NOON - timedelta(minutes=59))
    untils = (None, NOON - SECOND, NOON + SECOND)
    for active, ring, job, until, stock in product((True, False), instants, STATUS, untils, (True, False)):
        known = Situation(now=NOON, active=active, ring_at=ring, job=job, playable_until=until, stock=stock)
        found = what_to_play(known)
        assert found.source in ("briefing", "stock", "tone")
        assert (found.source == "briefing") is (found.status == "ready")
        assert found.source != "stock" or stock
