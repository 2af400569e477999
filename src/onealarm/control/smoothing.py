"""A mean that forgets: what was seen a half-life ago weighs half as much as what is seen now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class FadingMean:
    """An exponentially weighted mean of values seen at uneven times; no value before the first."""

    half_life: timedelta
    value: float | None = None
    seen_at: datetime | None = None

    def seen(self, value: float, now: datetime) -> FadingMean:
        """With one more value. Of two at one instant the first stays."""
        if self.value is None or self.seen_at is None:
            return FadingMean(self.half_life, value, now)
        passed = max(now - self.seen_at, timedelta())
        kept: float = 0.5 ** (passed / self.half_life)
        return FadingMean(self.half_life, value + kept * (self.value - value), max(now, self.seen_at))
