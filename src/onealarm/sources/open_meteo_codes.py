"""The weather codes of WMO table 4677 that Open-Meteo gives. https://open-meteo.com/en/docs#weather_variable_documentation"""

from __future__ import annotations

from typing import Final

_CONDITIONS: Final = {
    0: "clear sky",
    1: "fair",
    2: "partly cloudy",
    3: "overcast",
    45: "fog",
    48: "freezing fog",
    51: "light drizzle",
    53: "drizzle",
    55: "heavy drizzle",
    56: "freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "snow grains",
    80: "light rain showers",
    81: "rain showers",
    82: "heavy rain showers",
    85: "light snow showers",
    86: "heavy snow showers",
    95: "thunderstorms",
    96: "thunderstorms with hail",
    99: "thunderstorms with hail",
}


def condition_of(code: int | None) -> str | None:
    """One of ``onealarm.briefing.conditions``, or None for a code that is not known."""
    return None if code is None else _CONDITIONS.get(code)
