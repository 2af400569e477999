"""Reads a weather report from a JSON file with the keys of ``weather_data``."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from onealarm.briefing.facts import Unit, Weather
from onealarm.errors import BadInput

Temperature = Annotated[float, Field(ge=-150, le=150, allow_inf_nan=False)]


class WeatherReport(BaseModel):
    """The keys of ``weather_data``; all may be left out."""

    model_config = ConfigDict(extra="forbid")

    location: str | None = Field(default=None, max_length=200)
    current_temp: Temperature | None = None
    high_temp: Temperature | None = None
    low_temp: Temperature | None = None
    unit: Unit = "F"
    condition: str | None = Field(default=None, max_length=200)
    sunrise_time: time | None = None
    sunset_time: time | None = None
    updated_at: AwareDatetime | None = None


def read_weather(path: Path, *, now: datetime) -> Weather:
    """The report in the file; without ``updated_at`` it is of ``now``. Raises ``BadInput`` with the key."""
    try:
        report = WeatherReport.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadInput("--weather", f"{path} cannot be read: {error.strerror}", "Give a JSON file") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "--weather"
        raise BadInput(key, first["msg"], "See the keys of weather_data in docs/reference/cli.md") from error
    except ValueError as error:
        raise BadInput("--weather", f"{path} is not JSON: {error}", "Give one JSON object") from error
    return Weather(**{**report.model_dump(), "updated_at": report.updated_at or now})
