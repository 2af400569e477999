"""Times of day."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from onealarm.briefing.spoken.english.numbers import cardinal
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

_HALF: Final = r" ?(?P<{}>[AaPp])(?:\.[Mm]\b\.?|[Mm]\b(?!\.\w))"
_TIME: Final = r"(?P<{0}h>\d{{1,2}})(?:[:.](?P<{0}m>[0-5]\d))?"


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


def _with_half(match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if not 1 <= hour <= 12:
        return _on_day(hour, minute) if hour < 24 else None
    words = _on_half_day(hour, minute, match["half"].upper() + "M")
    return words + _full_stop(match)


def _half_range(match: re.Match[str]) -> str | None:
    """ "9-5pm", "9am-5pm"."""
    from_hour, to_hour = int(match["ah"]), int(match["bh"])
    if not (1 <= from_hour <= 12 and 1 <= to_hour <= 12):
        return None
    from_minute, to_minute = int(match["am"] or 0), int(match["bm"] or 0)
    if match["ahalf"]:
        start = _on_half_day(from_hour, from_minute, match["ahalf"].upper() + "M")
    else:
        start = f"{_hour(from_hour)} {_minute(from_minute)}" if from_minute else _hour(from_hour)
    end = _on_half_day(to_hour, to_minute, match["bhalf"].upper() + "M")
    return f"{start} to {end}{_full_stop(match)}"


def _full_stop(match: re.Match[str]) -> str:
    """The dot of "a.m." also ends the sentence at the end of a text."""
    return "." if match.group().endswith(".") and not match.string[match.end() :].strip() else ""


def _on_day(hour: int, minute: int) -> str:
    """A time of the twenty-four-hour clock; up to 12:59 English leaves the half of the day open."""
    if minute == 0 and hour % 12 == 0:
        return _reading(hour, minute)
    if 1 <= hour <= 12:
        return _reading(hour, minute)
    return _on_half_day(hour % 12 or 12, minute, "AM" if hour == 0 else "PM")


def _digital(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["h"]), int(match["m"]), match["s"]
    if hour > 24 or (hour == 24 and minute):
        return None
    words = _on_day(hour % 24, minute)
    if second and int(second):
        words += f" and {cardinal(int(second))} second{'s' if int(second) != 1 else ''}"
    return words


_START = r"(?<![\d])(?<!\d[.,:/-])"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(
        rf"{_START}{_TIME.format('a')}(?:{_HALF.format('ahalf')})?-{_TIME.format('b')}{_HALF.format('bhalf')}",
        _half_range,
    ),
    rewrite(rf"{_START}{_TIME.format('')}{_HALF.format('half')}", _with_half),
    rewrite(
        rf"(?P<from>{_START}\d{{1,2}}:[0-5]\d)-(?=\d{{1,2}}:[0-5]\d(?![\d:]))",
        lambda match: f"{match['from']} to ",
    ),
    rewrite(
        rf"{_START}(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![:\d]|\.\d)(?: ?hrs?\b)?",
        _digital,
    ),
)
