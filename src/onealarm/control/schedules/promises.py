"""What the author of a lane says that it does: in its name, its comment, its description."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from onealarm.control.schedules.lane import Lane

_INTERVAL: Final = re.compile(r"\bevery\s+(\d{1,5})?\s*(s|sec|m|min|h|hr|second|minute|hour)s?\b", re.IGNORECASE)
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_HOUR: Final = r"(\d{1,2}|midnight|noon)(?::00)?\s*(am|pm)?"
_HOURS: Final = re.compile(rf"\b{_HOUR}\s*(?:-|–|to|until)\s*{_HOUR}\b", re.IGNORECASE)
_URGENT: Final = re.compile(r"urgent|critical|(?<!off.)(?<!off)peak", re.IGNORECASE)
_LEISURELY: Final = re.compile(r"off.?peak|batch", re.IGNORECASE)


def promised_interval(lane: Lane) -> timedelta | None:
    """``every 30 seconds``, as the texts about the lane say it; None when they do not."""
    found = _INTERVAL.search(_words(lane))
    if found is None:
        return None
    return timedelta(seconds=int(found[1] or 1) * _UNITS[found[2][0].lower()])


def promised_hours(lane: Lane) -> tuple[int, int] | None:
    """``6-8 AM`` as the hours 6 and 8 of the day, the second being the end; None when no such thing is said."""
    found = _HOURS.search(_words(lane))
    if found is None or not (found[2] or found[4] or "n" in f"{found[1]}{found[3]}".lower()):
        return None
    end = _hour(found[3], found[4])
    start = _hour(found[1], found[2] or (found[4] if found[1].isdigit() else None))
    return None if start is None or end is None else (start, end or 24)


def urgency(lane: Lane) -> int:
    """0 for a lane that is called urgent or the peak's, 2 for batches and off-peak, else 1."""
    said = _words(lane)
    if _LEISURELY.search(said) or ("priority" in lane.given and lane.priority == "batch"):
        return 2
    return 0 if lane.priority == "high" or _URGENT.search(said) else 1


def _words(lane: Lane) -> str:
    return f"{lane.said} {lane.name.replace('_', ' ')}"


def _hour(text: str, half: str | None) -> int | None:
    if text.lower() in ("midnight", "noon"):
        return 12 if text.lower() == "noon" else 0
    hour = int(text)
    if half is not None and hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return hour if hour <= 24 else None
