"""What a provider's answer says of its limits. All of it is outside input: what cannot be right is not there."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from onealarm.control.governor.pools import Unit

LONGEST_WAIT: Final = timedelta(hours=1)
"""A longer one is cut to this: nothing that we make can wait so long."""

_MOST: Final = 1e12
_UNITS: Final[tuple[Unit, ...]] = ("requests", "tokens", "characters")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Said:
    """Of one unit: its limit per minute, what is left of it, and when it is whole again; None where nothing is said."""

    limit: float | None = None
    remaining: float | None = None
    reset: timedelta | None = None


def limits_said(headers: Mapping[str, str]) -> dict[Unit, Said]:
    """From ``x-ratelimit-limit-requests``, ``-remaining-requests``, ``-reset-requests``, and so for each unit.

    The form is OpenAI's (platform documentation, "Rate limits in headers"); names count without regard to case.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    found = {
        unit: Said(
            limit=_positive(lower.get(f"x-ratelimit-limit-{unit}")),
            remaining=_number(lower.get(f"x-ratelimit-remaining-{unit}")),
            reset=_duration(lower.get(f"x-ratelimit-reset-{unit}")),
        )
        for unit in _UNITS
    }
    return {unit: said for unit, said in found.items() if said != Said()}


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """The pause that ``Retry-After`` asks for (RFC 9110, 10.2.3: seconds or a date), at most an hour; None without."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    milliseconds = _number(lower.get("retry-after-ms"))
    if milliseconds is not None:
        return min(LONGEST_WAIT, timedelta(milliseconds=min(milliseconds, _MOST)))
    text = lower.get("retry-after", "")
    seconds = _number(text)
    if seconds is not None:
        return min(LONGEST_WAIT, timedelta(seconds=min(seconds, _MOST)))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(LONGEST_WAIT, max(timedelta(), aware - now))


def pause_said(said: Mapping[Unit, Said], *, now: datetime) -> dict[Unit, datetime]:
    """Until when each unit is used up, by the provider's count."""
    return {
        unit: now + min(LONGEST_WAIT, one.reset)
        for unit, one in said.items()
        if one.remaining is not None and one.remaining <= 0 and one.reset is not None
    }


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number <= _MOST else None


def _positive(text: str | None) -> float | None:
    number = _number(text)
    return number if number else None


def _duration(text: str | None) -> timedelta | None:
    """``1s``, ``6m0s``, ``120ms``, or bare seconds."""
    if not text or len(text) > 40:
        return None
    seconds = _number(text)
    if seconds is None:
        if re.fullmatch(rf"(?:{_DURATION.pattern})+", text) is None:
            return None
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
