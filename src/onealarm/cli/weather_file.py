"""Reads a weather report from a JSON file: the same report that a client sends over HTTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from onealarm.api.schemas.weather import WeatherInput
from onealarm.briefing.facts import Weather
from onealarm.errors import BadInput


def read_weather(path: Path, *, now: datetime) -> Weather:
    """The report in the file; without ``updated_at`` it is of ``now``. Raises ``BadInput`` with the key."""
    try:
        return WeatherInput.model_validate_json(path.read_bytes()).weather(now=now)
    except OSError as error:
        raise BadInput("--weather", f"{path} cannot be read: {error.strerror}", "Give a JSON file") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "--weather"
        raise BadInput(key, first["msg"], "See the keys of weather_data in docs/reference/cli.md") from error
