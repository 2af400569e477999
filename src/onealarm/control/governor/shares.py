"""Fair shares: nobody gets more than he wants, and who gets less has as much, by weight, as anybody who does."""

from __future__ import annotations

from collections.abc import Sequence


def fair_shares(wants: Sequence[float], *, weights: Sequence[float], capacity: float) -> list[float]:
    """Weighted max-min shares of ``capacity``, in the order of ``wants``; all in the same unit.

    Progressive filling (Bertsekas and Gallager, "Data Networks", 6.5.2): in order of want per weight, each takes what
    he wants while that is no more than his weight's part of what is left. O(n log n).
    """
    shares = [0.0] * len(wants)
    left = max(0.0, capacity)
    weight_left = sum(weights)
    for index in sorted(range(len(wants)), key=lambda one: wants[one] / weights[one]):
        part = left * weights[index] / weight_left if weight_left > 0 else 0.0
        shares[index] = min(max(0.0, wants[index]), part)
        left -= shares[index]
        weight_left -= weights[index]
    return shares
