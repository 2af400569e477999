"""What a run has shown, as it is told."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from onealarm.bench.endurance.course import Performance, loss, ratio
from onealarm.bench.endurance.run import Outcome
from onealarm.bench.endurance.wanted import Wanted


def report(outcome: Outcome, wanted: Wanted, *, settings: dict[str, Any], picture: str | None) -> dict[str, Any]:
    """Everything that ``--json`` prints. Rates are per second, times in ms, sizes in bytes; unknown values are None."""
    course, tally = outcome.course, outcome.tally
    baseline, pinned = course.baseline, course.pinned
    return {
        "settings": settings
        | {
            "workers": wanted.workers,
            "rate": round(wanted.rate, 1),
            "kill_every_s": None if wanted.kill_every is None else wanted.kill_every.total_seconds(),
            "restart_every_s": None if wanted.restart_every is None else wanted.restart_every.total_seconds(),
            "seed": wanted.seed,
        },
        "jobs": tally.jobs,
        "outcomes": tally.outcomes,
        "lost": tally.lost,
        "doubled": tally.doubled,
        "left_live": tally.left_live,
        "kills": len(course.kills),
        "restarts": len(course.restarts),
        "died": outcome.deaths,
        "refused": course.notes.counts.get("refused", 0),
        "rescued": course.notes.counts.get("rescuer", 0),
        "accepted": len(course.notes.accepted),
        "baseline": asdict(baseline),
        "pinned": None if pinned is None else asdict(pinned),
        **_compared(pinned, baseline),
        "dead_tuples_max": max((sizes.live_dead + sizes.ended_dead for _, sizes in course.sizes), default=None),
        "live_jobs_bytes_max": max((sizes.live_bytes for _, sizes in course.sizes), default=None),
        "seconds": round(course.end - course.begin, 1),
        "picture": picture,
    }


def _compared(pinned: Performance | None, baseline: Performance) -> dict[str, float | None]:
    if pinned is None:
        return {"throughput_loss": None, "claim_p99_ratio": None, "claim_p50_ratio": None}
    return {
        "throughput_loss": loss(pinned, baseline),
        "claim_p99_ratio": ratio(pinned.claim_p99_ms, baseline.claim_p99_ms),
        "claim_p50_ratio": ratio(pinned.claim_p50_ms, baseline.claim_p50_ms),
    }
