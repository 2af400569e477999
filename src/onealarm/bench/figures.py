"""The figures of one phase of one system, as they are reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from onealarm.bench.subject import Shape, Trial

Phase = Literal["enqueue", "drain"]


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the report. Values that do not apply or are not known are None.

    ``batch`` is the jobs per call (enqueue) or per claim (drain), ``jobs`` those that were counted. ``limited``: the
    time ran out first. With an ``error`` the rates are None.
    """

    system: str
    version: str | None
    phase: Phase
    shape: Shape
    batch: int
    workers: int
    jobs: int
    seconds: float | None = None
    jobs_per_second: float | None = None
    claim_p50_ms: float | None = None
    claim_p99_ms: float | None = None
    wal_bytes_per_job: float | None = None
    wal_raw_bytes_per_job: float | None = None
    limited: bool = False
    settings: Trial | None = None
    error: str | None = None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that ``share`` of all (above 0, up to 1) do not exceed: nearest rank. None without values."""
    if not values:
        return None
    return sorted(values)[math.ceil(share * len(values)) - 1]


def rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
