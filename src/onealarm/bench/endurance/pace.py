"""The pace of a run: jobs come due evenly, whether or not those before are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """So many jobs over a time, from an aware instant on."""

    begin: datetime
    duration: timedelta
    jobs: int

    def due_at(self, number: int) -> datetime:
        """When the job of this number, from 0, comes due."""
        return self.begin + self.duration * number / self.jobs

    def due_by(self, now: datetime) -> int:
        """How many jobs have come due."""
        if now < self.begin:
            return 0
        return min(self.jobs, int((now - self.begin) / self.duration * self.jobs) + 1)
