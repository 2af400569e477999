"""The database's time, as one process reckons it between two answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic


class DatabaseTime:
    """The instant of the last answer, and what has passed since by the process's own steady clock."""

    def __init__(self, *, steady: Callable[[], float] = monotonic) -> None:
        self._steady = steady
        self._instant: datetime | None = None
        self._heard = 0.0

    def hear(self, instant: datetime) -> None:
        """It was ``instant`` a moment ago."""
        self._instant, self._heard = instant, self._steady()

    @property
    def is_known(self) -> bool:
        return self._instant is not None

    def now(self) -> datetime:
        """The present instant. Raises ``RuntimeError`` before the first answer."""
        if self._instant is None:
            raise RuntimeError("the database has not told the time yet")
        return self._instant + timedelta(seconds=self._steady() - self._heard)
