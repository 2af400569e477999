"""The life of jobs: the laws hold after every one of thousands of steps taken at random."""

from __future__ import annotations

import os
from collections import Counter
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import LifeOfJobs
from tests.stateful.world import world
from tests.support.postgres import Server

STEPS: Final = int(os.environ.get("STEPS", "5000"))
"""``make endurance`` takes more."""

EACH: Final = 80
"""Steps from one empty database to the next."""

EVERYWHERE: Final = (
    *("waiting to leased", "waiting to cancelled", "waiting to expired"),
    *("leased to waiting", "leased to done", "leased to dead", "leased to cancelled"),
    *("audio None to generating", "audio None to ready", "audio generating to failed", "audio ready to superseded"),
    *("edits refused", "late: done", "late: cancelled", "published", "rescued", "rolled", "snoozes"),
    *("clock set by -2 h", "clock set by 2 h"),
)
"""What must have happened on the way, for the laws to have been put to the test."""

ROUNDS: Final = 3
"""What is rare may not happen in one round of chance; then there is another."""


def test_the_laws_hold_after_every_step(server: Server) -> None:
    with server.database() as url, world(url) as built:
        for _ in range(ROUNDS):
            run_state_machine_as_test(
                lambda: LifeOfJobs(built),  # type: ignore[arg-type]  # hypothesis calls it, and asks no more of it
                settings=settings(
                    max_examples=1 + STEPS // (EACH * 7 // 8),  # some end early
                    stateful_step_count=EACH,
                    deadline=None,
                    database=None,  # an example of other code, or of another world, would not be the same again
                    # A failure is told as it was found: to make it smaller takes minutes, as each step asks a server.
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
            if built.counts["steps"] >= STEPS and all(built.counts[event] for event in EVERYWHERE):
                break
    report(built.counts)
    assert built.counts["steps"] >= STEPS
    assert not [event for event in EVERYWHERE if not built.counts[event]]


def report(counts: Counter[str]) -> None:
    """Shown by ``pytest -s``, and when the test fails."""
    for event, count in sorted(counts.items()):
        print(f"{count:8} {event}")  # noqa: T201 - this is what it is for
