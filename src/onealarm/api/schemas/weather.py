"""The weather as a user's client last sent it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Final, Self

from pydantic import BaseModel, Field

from onealarm.api.schemas.fields import Input, Instant, Line, WallTime
from onealarm.briefing.facts import Unit, Weather
from onealarm.errors import BadInput

_AHEAD: Final = timedelta(minutes=5)
"""How far a client's clock may be fast."""

Temperature = Annotated[float, Field(strict=True, ge=-150, le=150, allow_inf_nan=False)]
Words = Annotated[Line, Field(max_length=200)]


class WeatherInput(Input):
    """A report; temperatures in ``unit``. Without ``updated_at`` it is of this moment."""

    location: Words | None = None
    current_temp: Temperature | None = None
    high_temp: Temperature | None = None
    low_temp: Temperature | None = None
    unit: Unit = "F"
    condition: Words | None = None
    sunrise_time: WallTime | None = None
    sunset_time: WallTime | None = None
    updated_at: Instant | None = None

    def weather(self, *, now: datetime) -> Weather:
        """Raises ``BadInput`` for a report of the future."""
        if self.updated_at is not None and self.updated_at > now + _AHEAD:
            raise BadInput("updated_at", "lies in the future", "Give an instant up to now, or leave it out")
        return Weather(**{**self.model_dump(), "updated_at": self.updated_at or now})


class WeatherView(BaseModel):
    """The newest report."""

    location: str | None
    current_temp: float | None
    high_temp: float | None
    low_temp: float | None
    unit: Unit
    condition: str | None
    sunrise_time: time | None
    sunset_time: time | None
    updated_at: datetime

    @classmethod
    def of(cls, weather: Weather) -> Self:
        return cls(
            location=weather.location,
            current_temp=weather.current_temp,
            high_temp=weather.high_temp,
            low_temp=weather.low_temp,
            unit=weather.unit,
            condition=weather.condition,
            sunrise_time=weather.sunrise_time,
            sunset_time=weather.sunset_time,
            updated_at=weather.updated_at,
        )
