"""The life of jobs: the laws hold after every one of thousands of steps taken at random."""

from __future__ import annotations

import os
from functools import partial
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import LifeOfJobs
from tests.stateful.world import world
from tests.support.postgres import Server

STEPS: Final = int(os.environ.get("STEPS", "5000"))
"""``make endurance`` takes more."""

EACH: Final = 60
"""Steps from one empty database to the next."""


def test_the_laws_hold_after_every_step(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with server.database() as url, world(url) as built:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
            partial(LifeOfJobs, built),
            settings=settings(
                max_examples=-(-STEPS // EACH) + 5,
                stateful_step_count=EACH,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        counts = built.counts
    with capsys.disabled():
        print(dict(sorted(counts.items())))
    assert counts["steps"] >= STEPS
