"""How many jobs are claimed ahead: by Little's law, and never more than there are slots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onealarm.worker.ahead import Ahead

MS = 0.001
"""In seconds."""
TIMES = st.lists(st.floats(0, 3600), max_size=50)


def told(slots: int, *, claims: float, work: float, times: int = 100) -> Ahead:
    ahead = Ahead(slots)
    for _ in range(times):
        ahead.claimed(claims)
        ahead.worked(work)
    return ahead


def test_nothing_is_claimed_ahead_before_a_job_was_worked() -> None:
    ahead = Ahead(8)
    ahead.claimed(10 * MS)
    assert ahead.jobs == 0


def test_work_that_takes_long_is_left_to_others() -> None:
    assert told(8, claims=5 * MS, work=5.0).jobs == 0


def test_as_many_as_are_finished_while_one_claim_is_under_way() -> None:
    assert told(8, claims=5 * MS, work=10 * MS).jobs == 4
    assert told(8, claims=5 * MS, work=20 * MS).jobs == 2


def test_never_more_than_there_are_slots() -> None:
    assert told(8, claims=5.0, work=1 * MS).jobs == 8


def test_work_that_grows_long_is_soon_not_claimed_ahead_any_more() -> None:
    ahead = told(8, claims=5 * MS, work=5 * MS)
    assert ahead.jobs == 8
    ahead.worked(5.0)
    assert ahead.jobs == 0


@given(st.integers(1, 1000), TIMES, TIMES)
def test_whatever_happens_it_is_between_nothing_and_the_slots(
    slots: int, claims: list[float], works: list[float]
) -> None:
    ahead = Ahead(slots)
    for claim in claims:
        ahead.claimed(claim)
    for work in works:
        ahead.worked(work)
        assert 0 <= ahead.jobs <= slots
