"""What happened in a run and when, and the figures of its stretches. All instants are seconds since 1970."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import floor

from onealarm.bench.endurance.jobs import Sizes
from onealarm.bench.endurance.notes import Notes
from onealarm.bench.figures import percentile, rounded


@dataclass(slots=True)
class Course:
    """``begin`` to ``end`` is the time in which jobs came due; ``pinned_at`` is None where no snapshot was held."""

    begin: float
    end: float
    jobs: int
    pinned_at: float | None = None
    kills: list[float] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    sizes: list[tuple[float, Sizes]] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def performance(self, begin: float, end: float) -> Performance:
        """Of one stretch."""
        claims = _values(self.notes.claims_ms, begin, end)
        delays = _values(self.notes.delays_ms, begin, end)
        ended = sum(begin <= at < end for at in self.ended)
        return Performance(
            jobs_per_second=round(ended / (end - begin), 1),
            claim_p50_ms=rounded(percentile(claims, 0.5), 3),
            claim_p99_ms=rounded(percentile(claims, 0.99), 3),
            delay_p50_ms=rounded(percentile(delays, 0.5), 1),
            delay_p99_ms=rounded(percentile(delays, 0.99), 1),
        )

    @property
    def baseline(self) -> Performance:
        return self.performance(self.begin, self.end if self.pinned_at is None else self.pinned_at)

    @property
    def pinned(self) -> Performance | None:
        return None if self.pinned_at is None else self.performance(self.pinned_at, self.end)


@dataclass(frozen=True, slots=True)
class Performance:
    """Of all claims, also those that found nothing; a delay is from the instant a job was due to its claim's answer."""

    jobs_per_second: float
    claim_p50_ms: float | None
    claim_p99_ms: float | None
    delay_p50_ms: float | None
    delay_p99_ms: float | None


def ratio(value: float | None, of: float | None) -> float | None:
    """None where one of them is not known, or there is nothing to compare with."""
    return None if value is None or not of else round(value / of, 3)


def loss(pinned: Performance, baseline: Performance) -> float | None:
    """The share of the throughput that is gone; negative where there is more."""
    kept = ratio(pinned.jobs_per_second, baseline.jobs_per_second)
    return None if kept is None else round(1 - kept, 3)


def per_second(instants: Iterable[float], *, begin: float, seconds: int) -> list[int]:
    """How many lie in each second from ``begin`` on."""
    counts = [0] * seconds
    for at in instants:
        if 0 <= (second := floor(at - begin)) < seconds:
            counts[second] += 1
    return counts


def percentiles_per_second(
    values: Iterable[tuple[float, float]], share: float, *, begin: float, seconds: int
) -> list[float | None]:
    """Of the values of each second from ``begin`` on; None for one without."""
    found: dict[int, list[float]] = defaultdict(list)
    for at, value in values:
        found[floor(at - begin)].append(value)
    return [percentile(found.get(second, ()), share) for second in range(seconds)]


def _values(pairs: Sequence[tuple[float, float]], begin: float, end: float) -> list[float]:
    return [value for at, value in pairs if begin <= at < end]
