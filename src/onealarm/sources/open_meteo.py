"""Weather from Open-Meteo's forecast API, its own host, its commercial host, or a server of one's own.

https://open-meteo.com/en/docs; a request with few variables and days counts as one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

import httpx
from pydantic import Field, ValidationError

from onealarm.briefing.facts import Place, Weather
from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetched
from onealarm.sources.cell import Cell
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.open_meteo_codes import condition_of
from onealarm.sources.plain import plain_text
from onealarm.sources.polite import Ask
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.vendor import Vendor

T = TypeVar("T")

NAME: Final = "open-meteo"
BASE_URL: Final = "https://api.open-meteo.com/v1"
LICENCE: Final = Licence(
    name="CC BY 4.0, free host for non-commercial use",
    source="Open-Meteo",
    attribution={"en": "Weather data by Open-Meteo.com.", "de": "Wetterdaten von Open-Meteo.com."},
    url="https://open-meteo.com/en/licence",
    commercial=False,
)
POLICY: Final = ReadPolicy(keep_for=timedelta(hours=12))
MOST_CELLS: Final = 10_000
"""Cells remembered, at about 1 kB each."""

_DAYS: Final = 3
_NEAR: Final = timedelta(minutes=90)
_CURRENT: Final = "temperature_2m,weather_code"
_DAILY: Final = "temperature_2m_max,temperature_2m_min,precipitation_probability_max,weather_code"

_Degrees = Annotated[float, Field(ge=-150, le=160)]
_Percent = Annotated[float, Field(ge=0, le=100)]


class _CurrentUnits(Answer):
    temperature_2m: str


class _Current(Answer):
    time: datetime
    temperature_2m: _Degrees | None = None
    weather_code: int | None = None


class _DailyUnits(Answer):
    temperature_2m_max: str


class _Daily(Answer):
    time: Annotated[tuple[date, ...], Field(min_length=1, max_length=16)]
    temperature_2m_max: tuple[_Degrees | None, ...] = ()
    temperature_2m_min: tuple[_Degrees | None, ...] = ()
    precipitation_probability_max: tuple[_Percent | None, ...] = ()
    weather_code: tuple[int | None, ...] = ()


class _Forecast(Answer):
    utc_offset_seconds: Annotated[int, Field(gt=-86_400, lt=86_400)]
    current_units: _CurrentUnits
    current: _Current
    daily_units: _DailyUnits
    daily: _Daily


class _Error(Answer):
    reason: str


@dataclass(frozen=True, slots=True)
class _Day:
    high: float | None
    low: float | None
    rain: float | None
    condition: str | None


@dataclass(frozen=True, slots=True)
class _Report:
    """The reading at an instant, and the days by local date."""

    at: datetime
    temperature: float | None
    condition: str | None
    days: dict[date, _Day]


class OpenMeteo(Vendor[_Report]):
    """Implements ``WeatherSource``. ``key`` is the commercial host's, as the query parameter ``apikey``."""

    policy = POLICY
    most = MOST_CELLS

    async def forecast(self, place: Place, *, day: date, zone: tzinfo) -> Weather:
        """The day is that of ``zone``; without a name (a fixed offset) it is that of the place's own zone.

        Raises ``SourceUnavailable``.
        """
        reading = await self._reader.read(self._ask(Cell.of(place), zone), _parse)
        report = reading.value
        today = report.days.get(day)
        if today is None:
            raise SourceUnavailable(NAME, "its forecast does not reach that day")
        is_now = abs(report.at - self._now()) <= _NEAR
        return Weather(
            updated_at=reading.confirmed_at,
            location=place.name,
            current_temp=report.temperature if is_now else None,
            high_temp=today.high,
            low_temp=today.low,
            unit="C",
            condition=report.condition if is_now else today.condition,
            rain_chance=today.rain,
            from_client=False,
        )

    def _ask(self, cell: Cell, zone: tzinfo) -> Ask:
        named = zone.key if isinstance(zone, ZoneInfo) else "auto"
        query = {
            "latitude": cell.latitude,
            "longitude": cell.longitude,
            "timezone": named,
            "forecast_days": str(_DAYS),
            "current": _CURRENT,
            "daily": _DAILY,
        }
        if self._key is not None:
            query["apikey"] = self._key.get_secret_value()
        return Ask(
            topic=f"{cell.latitude},{cell.longitude},{named}",
            url=f"{self._base_url}/forecast?{httpx.QueryParams(query)}",
            source=NAME,
            accept=JSON,
            explain=self._reason,
        )

    def _reason(self, fetched: Fetched) -> str | None:
        """Why a request was refused, in the vendor's words, without the key."""
        try:
            reason = _Error.model_validate_json(fetched.body).reason
        except ValidationError:
            return None
        if self._key is not None:
            reason = reason.replace(self._key.get_secret_value(), "***")
        return plain_text(reason, longest=120)


async def _parse(fetched: Fetched) -> _Report:
    forecast = read_json(_Forecast, fetched, source=NAME)
    current, daily = forecast.current, forecast.daily
    at = current.time.replace(tzinfo=timezone(timedelta(seconds=forecast.utc_offset_seconds)))
    days = {
        on: _Day(
            high=_celsius(_at(daily.temperature_2m_max, number), forecast.daily_units.temperature_2m_max),
            low=_celsius(_at(daily.temperature_2m_min, number), forecast.daily_units.temperature_2m_max),
            rain=_fraction(_at(daily.precipitation_probability_max, number)),
            condition=condition_of(_at(daily.weather_code, number)),
        )
        for number, on in enumerate(daily.time)
    }
    temperature = _celsius(current.temperature_2m, forecast.current_units.temperature_2m)
    return _Report(at=at, temperature=temperature, condition=condition_of(current.weather_code), days=days)


def _at(values: Sequence[T], number: int) -> T | None:
    """Of a list that may be shorter than its days, or not there at all."""
    return values[number] if number < len(values) else None


def _celsius(degrees: float | None, unit: str) -> float | None:
    match unit:
        case "°C":
            return degrees
        case "°F":
            return None if degrees is None else (degrees - 32) / 1.8
        case _:
            raise SourceUnavailable(NAME, "gives temperatures in a unit that is not known")


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100
