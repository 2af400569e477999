"""The work: is what is due being done?"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onealarm.cli.doctor.finding import Finding
from onealarm.postgres.condition import WorkLook

_LATE: Final = timedelta(minutes=5)


def judge_work(work: WorkLook) -> Finding:
    """Work without workers, or with too few."""
    found = (
        f"{work.due} due, {work.leased} in work, {work.living} workers alive, "
        f"oldest due for {work.oldest_due.total_seconds():.0f} s"
    )
    if work.due + work.leased and not work.living:
        beat = (
            "none has ever beaten" if work.last_beat is None else f"the last beat was at {work.last_beat.isoformat()}"
        )
        return Finding("queue", f"{found}; {beat}", "Start a worker (onealarm up, or onealarm worker)")
    if work.oldest_due > _LATE:
        return Finding("queue", found, "Start more workers; see onealarm queue list --due")
    return Finding("queue", found)
