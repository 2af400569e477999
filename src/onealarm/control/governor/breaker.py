"""The breaker: a model that mostly fails is left alone, and tried now and then with one call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=2)
FEWEST: Final = 20
"""Calls in the window before anything is concluded."""

SHARE: Final = 0.5
PROBE: Final = timedelta(seconds=15)

_KEPT: Final = 100
"""The newest outcomes; more of them say nothing new."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state for one provider and model. Refusals for its rate (429) are no failures: pacing answers those."""

    outcomes: tuple[tuple[datetime, bool], ...] = ()
    open_since: datetime | None = None
    probed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.open_since is not None

    def lets_through(self, now: datetime) -> bool:
        """Whether a call may go out: always when closed; when open as a probe, every 15 s."""
        return self.open_since is None or now - (self.probed_at or self.open_since) >= PROBE

    def opened(self, now: datetime) -> Breaker:
        """Open from now on, whatever was before: the provider has said that calls are in vain."""
        return Breaker(open_since=now) if not self.is_open else self

    def called(self, now: datetime) -> Breaker:
        """A call goes out; of an open breaker it is the probe."""
        return replace(self, probed_at=now) if self.is_open else self

    def ended(self, *, ok: bool, now: datetime) -> Breaker:
        """The outcome of a call. A probe's success closes the breaker with a clean slate."""
        if self.is_open:
            return Breaker() if ok else replace(self, probed_at=now)
        recent = (*(one for one in self.outcomes if now - one[0] < WINDOW), (now, ok))[-_KEPT:]
        failures = sum(not good for _, good in recent)
        opens = len(recent) >= FEWEST and failures >= SHARE * len(recent)
        return Breaker(open_since=now) if opens else replace(self, outcomes=recent)
