"""On which dates an alarm is wished for: one date, or days of the week less what is left out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

Date: TypeAlias = date
"""For classes that have a field of the name ``date``."""

_LONGEST_SEARCH: Final = timedelta(days=1100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Once on ``date``, or on ``days`` of the week (ISO, Monday is 1).

    A weekly alarm leaves out ``skip_dates``, the days of ``pause`` (first and last day) and ``holidays``.
    """

    date: Date | None = None
    days: AbstractSet[int] | None = None
    skip_dates: AbstractSet[Date] = frozenset()
    pause: tuple[Date, Date] | None = None
    holidays: AbstractSet[Date] = frozenset()

    def next_date(self, first: Date) -> Date | None:
        """The first date from ``first`` on; None when there is none within three years."""
        if self.days is None:
            return self.date if self.date is not None and self.date >= first else None
        day = first
        last = max(first, self.pause[1] if self.pause else first) + _LONGEST_SEARCH
        while day <= last:
            if self.pause and self.pause[0] <= day <= self.pause[1]:
                day = self.pause[1]
            elif day.isoweekday() in self.days and day not in self.skip_dates and day not in self.holidays:
                return day
            day += timedelta(days=1)
        return None
