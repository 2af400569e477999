"""The database's time between two of its answers: whatever this machine's calendar says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onealarm.worker.database_time import DatabaseTime
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)


def test_it_goes_on_by_the_steady_clock_from_the_last_answer() -> None:
    steady = 5000.0
    time = DatabaseTime(steady=lambda: steady)
    time.hear(NOON)
    assert time.now() == NOON
    steady += 2.5
    assert time.now() == NOON + 2.5 * SECOND
    time.hear(NOON + 3 * SECOND)
    assert time.now() == NOON + 3 * SECOND


def test_a_database_whose_clock_is_set_back_is_believed() -> None:
    time = DatabaseTime(steady=lambda: 1.0)
    time.hear(NOON)
    time.hear(NOON - 7200 * SECOND)
    assert time.now() == NOON - 7200 * SECOND


def test_before_the_first_answer_there_is_no_time() -> None:
    time = DatabaseTime()
    assert not time.is_known
    with pytest.raises(RuntimeError, match="not told the time"):
        time.now()
    time.hear(NOON)
    assert time.is_known
