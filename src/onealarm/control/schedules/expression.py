"""When a lane fires, as people write it: cron of five or six fields, or ``every 30s``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from croniter import CroniterError, croniter

from onealarm.control.schedules.lane import Cron, Every
from onealarm.errors import BadInput

FORMS: Final = "Give five fields such as */2 * * * *, six with the seconds first, or every 30s"

_EVERY: Final = re.compile(
    r"every\s+(\d{1,6})\s*(s|m|h|seconds?|secs?|minutes?|mins?|hours?)", re.IGNORECASE | re.ASCII
)
_FIELD: Final = re.compile(r"[\d*,/\-?#LW]+", re.IGNORECASE | re.ASCII)
_WORDS: Final = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat", re.IGNORECASE)
_NAMES: Final = ("minute", "hour", "day of the month", "month", "day of the week")
_MOST: Final = (60, 24, 31, 12, 7)
_STEP: Final = re.compile(r"/(\d+)", re.ASCII)
_LONGEST: Final = timedelta(days=1)
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


def parse_expression(text: str, *, field: str) -> Cron | Every:
    """Raises ``BadInput`` with the field of the expression, what is wrong with it, and what to write instead."""
    text = " ".join(text.split())
    if text.lower().startswith("every"):
        return _every(text, field)
    fields = text.split(" ")
    if len(fields) not in (5, 6):
        told = "there is no expression" if not text else f"{_shown(text)} has {len(fields)} fields"
        raise BadInput(field, told, FORMS)
    names = _NAMES if len(fields) == 5 else ("second", *_NAMES)
    most = _MOST if len(fields) == 5 else (60, *_MOST)
    for name, largest, one in zip(names, most, fields, strict=True):
        _check_field(one, name=name, most=largest, field=field)
    try:
        croniter(text, second_at_beginning=True)
    except (CroniterError, ValueError) as error:
        raise BadInput(field, f"{_shown(text)} is no cron expression", FORMS) from error
    return Cron(text)


def _check_field(one: str, *, name: str, most: int, field: str) -> None:
    if not _FIELD.fullmatch(_WORDS.sub("1", one)):
        raise BadInput(field, f"{_shown(one)} is no value for the {name}", FORMS)
    for step in _STEP.findall(one):
        if not 0 < int(step) < most:
            raise BadInput(
                field,
                f"{_shown(one)} steps by {step[:20]} where the {name} has {most} values",
                f"Give a step from 1 to {most - 1}, or a field for larger units",
            )
    try:
        croniter(" ".join(one if name == other else "*" for other in ("second", *_NAMES)), second_at_beginning=True)
    except (CroniterError, ValueError) as error:
        raise BadInput(field, f"{_shown(one)} is no value for the {name}", FORMS) from error


def _every(text: str, field: str) -> Every:
    found = _EVERY.fullmatch(text)
    if found is None:
        raise BadInput(field, f"{_shown(text)} is no period", "Give a whole number of s, m or h, such as every 30s")
    period = timedelta(seconds=int(found[1]) * _UNITS[found[2][0].lower()])
    if not timedelta() < period <= _LONGEST:
        raise BadInput(field, f"{_shown(text)} is no period from 1 second to a day", "Give one such as every 30s")
    return Every(period)


def _shown(text: str) -> str:
    return repr(text[:60])
