"""What an endurance run is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from pathlib import Path
from typing import Final, Self

from onealarm.errors import BadInput, check_count
from onealarm.pictures import writable

DEFAULT_RATE: Final = 500
DEFAULT_WORKERS: Final = 8

KILL_EVERY: Final = timedelta(seconds=2)
RESTART_EVERY: Final = timedelta(seconds=20)
"""In a short run once, in the middle."""

_BASELINE_SHARE: Final = 0.2
_SHORTEST_BASELINE: Final = timedelta(seconds=30)
_SHORTEST_WITH_SNAPSHOT: Final = timedelta(minutes=1)

_SHORTEST: Final = 0.05
_LONGEST: Final = 240.0
"""Minutes."""

_MOST_RATE: Final = 20_000
_MOST_JOBS: Final = 2_000_000
"""They are all remembered, to be looked for at the end."""

_MOST_WORKERS: Final = 32
CONNECTIONS_OF_A_WORKER: Final = 5
"""One of them listens."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many jobs, evenly over a time. What is None does not happen; ``baseline`` ends where the snapshot opens."""

    duration: timedelta
    jobs: int
    workers: int
    kill_every: timedelta | None = None
    restart_every: timedelta | None = None
    baseline: timedelta | None = None
    picture: Path | None = None
    seed: int = 1

    @classmethod
    def checked(
        cls,
        *,
        minutes: float,
        rate: int | None,
        workers: int,
        jobs: int | None,
        pinned_snapshot: bool,
        kill_workers: bool,
        restart_postgres: bool,
        picture: Path | None,
    ) -> Self:
        """From what was typed. Raises ``BadInput``."""
        duration = _duration(minutes)
        check_count("--workers", workers, most=_MOST_WORKERS)
        if pinned_snapshot and duration < _SHORTEST_WITH_SNAPSHOT:
            raise BadInput("--minutes", f"{minutes:g} is too short for --pinned-snapshot", "Give at least 1")
        baseline = max(_SHORTEST_BASELINE, _BASELINE_SHARE * duration)
        return cls(
            duration=duration,
            jobs=_jobs(jobs, rate, duration),
            workers=workers,
            kill_every=KILL_EVERY if kill_workers else None,
            restart_every=min(RESTART_EVERY, duration / 2) if restart_postgres else None,
            baseline=baseline if pinned_snapshot else None,
            picture=None if picture is None else writable(picture),
        )

    @property
    def rate(self) -> float:
        """Jobs per second."""
        return self.jobs / self.duration.total_seconds()

    @property
    def server_options(self) -> dict[str, str]:
        """Settings of the server that are not its defaults: room for every connection, where the default has none.

        Those of a killed worker may last a little longer than it.
        """
        needed = 2 * self.workers * CONNECTIONS_OF_A_WORKER + 20
        return {"max_connections": str(needed)} if needed > 100 else {}


def _duration(minutes: float) -> timedelta:
    if not isfinite(minutes):
        raise BadInput("--minutes", f"{minutes:g} is not a finite number", "Give a finite number")
    if minutes < _SHORTEST:
        raise BadInput("--minutes", f"{minutes:g} is too short", f"Give at least {_SHORTEST:g}")
    if minutes > _LONGEST:
        raise BadInput("--minutes", f"{minutes:g} is too long", f"Give at most {_LONGEST:g}")
    return timedelta(minutes=minutes)


def _jobs(jobs: int | None, rate: int | None, duration: timedelta) -> int:
    if jobs is not None and rate is not None:
        raise BadInput("--jobs", "cannot be given together with --rate", "Give one of them: the other follows")
    if jobs is not None:
        check_count("--jobs", jobs, most=_MOST_JOBS)
        return jobs
    per_second = DEFAULT_RATE if rate is None else rate
    check_count("--rate", per_second, most=_MOST_RATE)
    total = round(per_second * duration.total_seconds())
    if total > _MOST_JOBS:
        raise BadInput("--rate", f"makes {total} jobs in that time", f"Give less: at most {_MOST_JOBS} jobs in all")
    return max(1, total)
