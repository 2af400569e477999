"""Degrees in the unit that a listener is used to."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from onealarm.briefing.facts import Unit, Weather

_FAHRENHEIT: Final = frozenset({"US", "BS", "BZ", "KY", "LR", "PW", "FM", "MH", "AS", "GU", "MP", "PR", "VI"})
"""The countries that give temperatures in Fahrenheit (CLDR, unitPreferenceData for the weather)."""


def usual_unit(country: str | None, language: str) -> Unit:
    """That of the country; where it is not known English means Fahrenheit, as a weather report without a unit does."""
    if country is not None:
        return "F" if country in _FAHRENHEIT else "C"
    code, _, region = language.partition("-")
    if region:
        return "F" if region.upper() in _FAHRENHEIT else "C"
    return "F" if code.lower() == "en" else "C"


def in_unit(weather: Weather, unit: Unit) -> Weather:
    """The same weather with its temperatures in ``unit``."""
    if weather.unit == unit:
        return weather
    return replace(
        weather,
        unit=unit,
        current_temp=_converted(weather.current_temp, unit),
        high_temp=_converted(weather.high_temp, unit),
        low_temp=_converted(weather.low_temp, unit),
    )


def _converted(degrees: float | None, unit: Unit) -> float | None:
    """Rounded to a hundredth, so that -40 and 32 come out as themselves."""
    if degrees is None:
        return None
    return round(degrees * 9 / 5 + 32, 2) if unit == "F" else round((degrees - 32) * 5 / 9, 2)
