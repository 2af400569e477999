"""Reads a weather report from a JSON file: the same report that a client sends over HTTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from onealarm.api.json_input import read_json
from onealarm.api.middleware import LARGEST_BODY
from onealarm.api.schemas.weather import WeatherInput
from onealarm.api.validation import checked
from onealarm.briefing.facts import Weather
from onealarm.errors import BadInput

_OPTION = "--weather"


def read_weather(path: Path, *, now: datetime) -> Weather:
    """The report in the file; without ``updated_at`` it is of ``now``. Raises ``BadInput`` with the key."""
    text = _read(path)
    try:
        return checked(WeatherInput, read_json(text, field="file"), whole="file").weather(now=now)
    except BadInput as error:
        raise error.below(_OPTION) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_BODY + 1)
    except OSError as error:
        raise BadInput(_OPTION, f"{str(path)!r} cannot be read: {error.strerror}", "Give a JSON file") from error
    if len(text) > LARGEST_BODY:
        raise BadInput(_OPTION, f"{str(path)!r} is longer than {LARGEST_BODY} bytes", "Give one report alone")
    return text
