"""The leader's whole decision on one pool: what its workers report, what the provider allows, who is granted what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onealarm.control.governor.feedback import Effective, bounded, followed, is_due, judge
from onealarm.control.governor.grants import SILENT, Granted, Lease, grants
from onealarm.control.governor.pools import PoolLimit


@dataclass(frozen=True, slots=True)
class Report:
    """A lease, with its owner's calls since the last judgement, and the limit that it was told (per minute)."""

    lease: Lease
    calls: int = 0
    refused: int = 0
    limit_seen: float | None = None


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool as the leader finds it; ``in_force`` is the limit that was last known, per minute."""

    limit: PoolLimit
    in_force: float
    effective: Effective


@dataclass(frozen=True, slots=True)
class Decision:
    """``judged``: the reported calls have been counted, and are not to be counted again."""

    in_force: float
    effective: Effective
    granted: Granted
    judged: bool


def decide(pool: PoolState, reports: Sequence[Report], now: datetime) -> Decision:
    """Judge the limit when a period is over, and grant."""
    agreed = pool.limit.per_minute
    told = [one.limit_seen for one in reports if one.limit_seen is not None and now - one.lease.renewed_at < SILENT]
    seen = min(told, default=None)
    judged = is_due(pool.effective, now=now)
    if judged:
        effective = judge(
            pool.effective,
            limit=pool.in_force,
            agreed=agreed,
            seen=seen,
            calls=sum(one.calls for one in reports),
            refused=sum(one.refused for one in reports),
            now=now,
        )
    else:
        effective = followed(pool.effective, limit=pool.in_force, bound=bounded(agreed, seen=seen))
    granted = grants(pool.limit, [one.lease for one in reports], effective=effective.per_minute, now=now)
    return Decision(bounded(agreed, seen=seen), effective, granted, judged)
