"""Times of day, on the clock of twenty-four hours."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from onealarm.briefing.spoken.german.numbers import before_noun, cardinal, one
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite


def clock_time(moment: time) -> str:
    """7:05 as "sieben Uhr fünf", 0:00 as "null Uhr"."""
    return _reading(moment.hour, moment.minute)


def _reading(hour: int, minute: int) -> str:
    return f"{before_noun(hour)} Uhr" + (f" {cardinal(minute)}" if minute else "")


def _digital(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    second = match.groupdict().get("second")
    if not _exists(hour, minute):
        return None
    words = _reading(hour, minute)
    if second and int(second):
        seconds = int(second)
        words += f" und {before_noun(seconds, feminine=True)} Sekunde{'' if seconds == 1 else 'n'}"
    return words


def _from_to(match: re.Match[str]) -> str | None:
    """ "9-17 Uhr", "14:00-16:30 Uhr"."""
    hour, minute = int(match["from_hour"]), int(match["from_minute"] or 0)
    to_hour, to_minute = int(match["to_hour"]), int(match["to_minute"] or 0)
    if not (_exists(hour, minute) and _exists(to_hour, to_minute)):
        return None
    start = _reading(hour, minute) if match["from_minute"] else (one(feminine=False) if hour == 1 else cardinal(hour))
    return f"{start} bis {_reading(to_hour, to_minute)}"


def _exists(hour: int, minute: int) -> bool:
    return hour < 24 or (hour, minute) == (24, 0)


def _time(prefix: str = "") -> str:
    return rf"(?P<{prefix}hour>\d{{1,2}})(?:[:.](?P<{prefix}minute>[0-5]\d))?"


_START = r"(?<!\d)(?<!\d[.,:/-])"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"{_START}{_time('from_')}(?: ?Uhr)? ?(?:-|bis) ?{_time('to_')} ?(?:Uhr\b|h\b)", _from_to),
    rewrite(rf"{_START}(?P<hour>\d{{1,2}}) Uhr (?P<minute>[0-5]?\d)(?![\d:.,-]\d|\d)", _digital),
    rewrite(rf"{_START}{_time()}(?::(?P<second>[0-5]\d))? ?Uhr\b(?!-)", _digital),
    rewrite(
        rf"{_START}(?P<from>\d{{1,2}}:[0-5]\d)-(?=\d{{1,2}}:[0-5]\d(?![\d:]))", lambda match: f"{match['from']} bis "
    ),
    rewrite(
        rf"{_START}(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![:\d]|[.,]\d)",
        _digital,
    ),
)
