"""Spans as they are typed: ``30m@peak``, ``6h@03:30``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from onealarm.errors import BadInput
from onealarm.simulator.world import LEAD_MINUTES, Span, seconds_at
from onealarm.workload.profile import MINUTES
from onealarm.workload.zones import ring_profile

_FORM: Final = re.compile(r"(\d{1,4})([mh])@(peak|([01]\d|2[0-3]):([0-5]\d))", re.ASCII)
_REMEDY: Final = "Give it as 30m@peak or 2h@03:30: how long, and from when (UTC) on the middle day"


@dataclass(frozen=True, slots=True)
class WantedSpan:
    """``minute`` of the day (UTC) at which it begins, None for the peak."""

    minutes: int
    minute: int | None

    def on(self, *, day: int, zones: str) -> Span:
        at = peak_minute(zones) if self.minute is None else self.minute
        begin = seconds_at(day=day, minute=at)
        return Span(begin, begin + 60 * self.minutes)


def parse_span(text: str, *, option: str) -> WantedSpan:
    """Raises ``BadInput``."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadInput(option, f"{text!r} is not a span of time", _REMEDY)
    minutes = int(found[1]) * (60 if found[2] == "h" else 1)
    if not 0 < minutes <= MINUTES:
        raise BadInput(option, f"{text!r} is not possible", "Give a span from 1m to 24h")
    return WantedSpan(minutes, None if found[3] == "peak" else 60 * int(found[4]) + int(found[5]))


def peak_minute(zones: str) -> int:
    """The minute of the day (UTC) with which the hour begins in which most work prefers to begin."""
    profile = ring_profile(zones)
    sums = np.cumsum(np.append(profile, profile[:60]))
    hours = sums[59 : 59 + MINUTES] - np.append(0.0, sums[: MINUTES - 1])
    return int((np.argmax(hours) - LEAD_MINUTES) % MINUTES)
