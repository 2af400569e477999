"""After a claim whose answer was lost: the worker may have leases that it does not know of, or get them later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final

_LASTS: Final = timedelta(minutes=1)
"""A statement whose client is gone can be held up by a lock, and be committed when that is free."""

_BETWEEN_LOOKS: Final = timedelta(seconds=5)


class Doubt:
    """Whether to look for such leases now: at once, and again every few seconds for a while."""

    def __init__(self, *, steady: Callable[[], float] = monotonic) -> None:
        self._steady = steady
        self._until, self._next_look = float("-inf"), float("inf")

    def begin(self) -> None:
        """An answer was lost."""
        self._next_look = self._steady()
        self._until = self._next_look + _LASTS.total_seconds()

    @property
    def is_time_to_look(self) -> bool:
        return self._next_look <= min(self._steady(), self._until)

    def looked(self) -> None:
        """Every lease that there was until now is known of."""
        self._next_look = self._steady() + _BETWEEN_LOOKS.total_seconds()
