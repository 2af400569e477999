"""Weather from MET Norway's Locationforecast 2.0 (the product ``complete``).

Its terms: a User-Agent with a contact, at most four decimals of a coordinate, no request before ``Expires`` and then
with ``If-Modified-Since``, at most 20 requests a second for an application.
https://api.met.no/doc/TermsOfService, https://docs.api.met.no/doc/locationforecast/datamodel.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from onealarm.briefing.facts import Place, Weather
from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetched
from onealarm.sources.cell import Cell
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.met_norway_symbols import condition_of
from onealarm.sources.polite import Ask
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.vendor import Vendor

NAME: Final = "met-norway"
BASE_URL: Final = "https://api.met.no/weatherapi/locationforecast/2.0"
LICENCE: Final = Licence(
    name="CC BY 4.0",
    source="MET Norway",
    attribution={
        "en": "Weather data from MET Norway, the Norwegian Meteorological Institute.",
        "de": "Wetterdaten von MET Norway, dem Norwegischen Meteorologischen Institut.",
    },
    url="https://api.met.no/doc/License",
    commercial=True,
)
POLICY: Final = ReadPolicy(longest_ttl=timedelta(hours=24), keep_for=timedelta(hours=12))
MOST_CELLS: Final = 4_000
"""Cells remembered, at about 10 kB each."""

_MOST_STEPS: Final = 40
_SIX_HOURS: Final = timedelta(hours=6)
_NEAR: Final = timedelta(minutes=90)

_Degrees = Annotated[float, Field(ge=-100, le=70)]
_Percent = Annotated[float, Field(ge=0, le=100)]


class _Details(Answer):
    air_temperature: _Degrees | None = None
    air_temperature_max: _Degrees | None = None
    air_temperature_min: _Degrees | None = None
    probability_of_precipitation: _Percent | None = None


class _Summary(Answer):
    symbol_code: str | None = None


class _Period(Answer):
    summary: _Summary = _Summary()
    details: _Details = _Details()


class _Instant(Answer):
    details: _Details


class _Data(Answer):
    instant: _Instant
    next_1_hours: _Period | None = None
    next_6_hours: _Period | None = None


class _Entry(Answer):
    time: AwareDatetime
    data: _Data


class _Units(Answer):
    air_temperature: str


class _Meta(Answer):
    units: _Units


class _Properties(Answer):
    meta: _Meta
    timeseries: Annotated[tuple[_Entry, ...], Field(min_length=1)]


class _Forecast(Answer):
    properties: _Properties


@dataclass(frozen=True, slots=True)
class _Step:
    """One entry of the series: at an instant, in the hour after it, and in the six hours after it."""

    at: datetime
    temperature: float | None
    condition: str | None
    rain_in_hour: float | None
    rain_in_six: float | None
    high_in_six: float | None
    low_in_six: float | None


class MetNorway(Vendor[tuple[_Step, ...]]):
    """Implements ``WeatherSource``."""

    policy = POLICY
    most = MOST_CELLS

    async def forecast(self, place: Place, *, day: date, zone: tzinfo) -> Weather:
        """High and low are those of what the forecast has of the local day, which begins with the hour it was made.

        ``rain_chance`` is the highest of any hour or six hours of the day, the least that the day's can be.
        Raises ``SourceUnavailable``.
        """
        cell = Cell.of(place)
        ask = Ask(
            topic=f"{cell.latitude},{cell.longitude}",
            url=f"{self._base_url}/complete?lat={cell.latitude}&lon={cell.longitude}",
            source=NAME,
            accept=JSON,
            usable=frozenset({200, 203}),  # 203: this version will go one day
        )
        reading = await self._reader.read(ask, _parse)
        begin, end = (datetime.combine(on, time(), zone).astimezone(UTC) for on in (day, day + timedelta(days=1)))
        steps = [step for step in reading.value if begin <= step.at < end]
        if not steps:
            raise SourceUnavailable(NAME, "its forecast does not reach that day")
        within = [step for step in steps if step.at + _SIX_HOURS <= end]
        current = _current(reading.value, self._now())
        return Weather(
            updated_at=reading.confirmed_at,
            location=place.name,
            current_temp=current.temperature if current else None,
            high_temp=_highest([*(s.temperature for s in steps), *(s.high_in_six for s in within)]),
            low_temp=_lowest([*(s.temperature for s in steps), *(s.low_in_six for s in within)]),
            unit="C",
            condition=current.condition if current else None,
            rain_chance=_highest([*(s.rain_in_hour for s in steps), *(s.rain_in_six for s in within)]),
            from_client=False,
        )


async def _parse(fetched: Fetched) -> tuple[_Step, ...]:
    properties = read_json(_Forecast, fetched, source=NAME).properties
    if properties.meta.units.air_temperature != "celsius":
        raise SourceUnavailable(NAME, "gives temperatures in another unit than celsius")
    return tuple(_step(entry) for entry in properties.timeseries[:_MOST_STEPS])


def _step(entry: _Entry) -> _Step:
    hour, six = entry.data.next_1_hours, entry.data.next_6_hours
    shown = hour or six
    return _Step(
        at=entry.time.astimezone(UTC),
        temperature=entry.data.instant.details.air_temperature,
        condition=condition_of(shown.summary.symbol_code) if shown and shown.summary.symbol_code else None,
        rain_in_hour=_chance(hour),
        rain_in_six=_chance(six),
        high_in_six=six.details.air_temperature_max if six else None,
        low_in_six=six.details.air_temperature_min if six else None,
    )


def _chance(period: _Period | None) -> float | None:
    percent = period.details.probability_of_precipitation if period else None
    return None if percent is None else percent / 100


def _current(steps: Iterable[_Step], now: datetime) -> _Step | None:
    nearest = min(steps, key=lambda step: abs(step.at - now))
    return nearest if abs(nearest.at - now) <= _NEAR else None


def _highest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _lowest(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
