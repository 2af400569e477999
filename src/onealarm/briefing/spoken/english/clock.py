"""Times of day."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from onealarm.briefing.spoken.english.numbers import cardinal
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite


def clock_time(moment: time, *, part_of_day: bool = False) -> str:
    """7:05 as "seven oh five"; 0:00 is "midnight" and 12:00 "noon", which need no part of the day.

    The parts of the day begin at 1:00 (morning), 12:00 (afternoon), 17:00 (evening) and 21:00 (night).
    """
    words = _reading(moment.hour, moment.minute)
    if not part_of_day or words in {"noon", "midnight"}:
        return words
    return f"{words} {_part_of_day(moment.hour)}"


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 21:
        return "at night"
    if hour < 12:
        return "in the morning"
    return "in the afternoon" if hour < 17 else "in the evening"


def _reading(hour: int, minute: int) -> str:
    if minute == 0 and hour % 12 == 0:
        return "midnight" if hour % 24 == 0 else "noon"
    return f"{_hour(hour)} {_minute(minute)}" if minute else f"{_hour(hour)} o'clock"


def _hour(hour: int) -> str:
    return cardinal(hour % 12 or 12)


def _minute(minute: int) -> str:
    return f"oh {cardinal(minute)}" if minute < 10 else cardinal(minute)


def _on_half_day(hour: int, minute: int, half: str) -> str:
    """A time of the twelve-hour clock; ``half`` is AM or PM."""
    if minute == 0 and hour == 12:
        return "midnight" if half == "AM" else "noon"
    return " ".join([_hour(hour), *([_minute(minute)] if minute else []), half])


def _on_day(hour: int, minute: int) -> str:
    """A time of the twenty-four-hour clock; from 1:00 to 12:59 English leaves the half of the day open."""
    if 1 <= hour <= 12 or (hour, minute) == (0, 0):
        return _reading(hour, minute)
    return _on_half_day(hour % 12 or 12, minute, "PM" if hour else "AM")


def _with_half(match: re.Match[str]) -> str | None:
    """ "7:05 AM", "7pm"; and "19:30 pm", where the half says nothing new."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12:
        return _on_day(hour, minute) if hour < 24 else None
    return _on_half_day(hour, minute, match["half"].upper() + "M") + full_stop(match)


def _from_to(match: re.Match[str]) -> str | None:
    """ "9-5pm", "9am-5pm"."""
    hour, minute = int(match["from_hour"]), int(match["from_minute"] or 0)
    to_hour, to_minute = int(match["to_hour"]), int(match["to_minute"] or 0)
    if not (1 <= hour <= 12 and 1 <= to_hour <= 12):
        return None
    if match["from_half"]:
        start = _on_half_day(hour, minute, match["from_half"].upper() + "M")
    else:
        start = f"{_hour(hour)} {_minute(minute)}" if minute else _hour(hour)
    return f"{start} to {_on_half_day(to_hour, to_minute, match['to_half'].upper() + 'M')}{full_stop(match)}"


def _digital(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 24 or (hour == 24 and minute):
        return None
    words = _on_day(hour % 24, minute)
    if second and int(second):
        words += f" and {cardinal(int(second))} second{'s' if int(second) != 1 else ''}"
    return words


def _time(prefix: str = "") -> str:
    return rf"(?P<{prefix}hour>\d{{1,2}})(?:[:.](?P<{prefix}minute>[0-5]\d))?"


def _half(prefix: str = "") -> str:
    return rf" ?(?P<{prefix}half>[AaPp])(?:\.[Mm]\b\.?|[Mm]\b(?!\.\w))"


_START = r"(?<!\d)(?<!\d[.,:/-])"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"{_START}{_time('from_')}(?:{_half('from_')})?-{_time('to_')}{_half('to_')}", _from_to),
    rewrite(rf"{_START}{_time()}{_half()}", _with_half),
    rewrite(r"(?<= [AP]M)-(?=noon|midnight)", " to "),
    rewrite(
        rf"{_START}(?P<from>\d{{1,2}}:[0-5]\d)-(?=\d{{1,2}}:[0-5]\d(?![\d:]))", lambda match: f"{match['from']} to "
    ),
    rewrite(
        rf"{_START}(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![:\d]|\.\d)(?: ?hrs?\b)?",
        _digital,
    ),
)
