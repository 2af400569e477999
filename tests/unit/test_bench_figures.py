"""The figures of the bench: what stands for many latencies."""

from __future__ import annotations

import pytest

from onealarm.bench.figures import percentile, rounded


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([15, 20, 35, 40, 50], 0.30, 20),
        ([15, 20, 35, 40, 50], 0.40, 20),
        ([15, 20, 35, 40, 50], 0.50, 35),
        ([15, 20, 35, 40, 50], 1.00, 50),
        ([50, 15, 40, 20, 35], 0.50, 35),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 1001)), 0.99, 990),
        ([7], 0.5, 7),
        ([7], 0.99, 7),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None
    assert rounded(None, 1) is None
