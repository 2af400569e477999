"""Content without vendors: sources behind the pipeline's Protocols whose values are made up, always the same ones.

Every value changes with each edition, so what is shared is shared within an edition only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Final

from onealarm.alarms.preferences import NEWS_CATEGORIES
from onealarm.briefing.facts import Game, Headline, Place, Quote, Weather
from onealarm.briefing.voices import VOICES
from onealarm.workload import listeners as people

INDEX: Final = "INDEX"
"""The symbol that everybody hears first."""

CATEGORIES: Final = NEWS_CATEGORIES[: people.CATEGORIES]
VOICE_NAMES: Final = VOICES[: len(people.VOICE_SHARES)]

COUNTRIES: Final = (
    "IN", "CN", "US", "DE", "FR", "GB", "IT", "BR", "JP", "ES", "PL", "CA", "AU", "NL", "SE", "NO", "DK", "FI", "AT",
    "CH", "BE", "PT", "IE", "GR", "CZ", "HU", "RO", "MX", "AR", "ZA",
)  # fmt: skip

_CONDITIONS: Final = (
    "clear sky", "fair", "partly cloudy", "cloudy", "overcast", "fog", "light rain", "rain", "light rain showers",
    "rain showers", "light drizzle", "light snow", "snow", "thunderstorms",
)  # fmt: skip

_FIRST: Final = (
    "Al", "Bel", "Cor", "Dar", "El", "Fin", "Gar", "Hel", "Is", "Jor", "Kel", "Lor", "Mar", "Nel", "Or", "Pel", "Ron",
    "Sel", "Tor", "Wil",
)  # fmt: skip
_MIDDLE: Final = (
    "a", "e", "i", "o", "ba", "be", "da", "de", "la", "le", "li", "lo", "ma", "mi", "na", "ni", "ra", "ri", "ta", "ti",
)  # fmt: skip
_LAST: Final = ("n", "na", "ra", "s", "la", "ne", "ren", "vin", "da", "mon")
_PLACE_ENDS: Final = ("ford", "ton", "ville", "burg", "stad")
_TEAM_ENDS: Final = ("United", "Rovers", "City")

_LOWEST_LATITUDE: Final = -40.0
_STEP: Final = 0.2
"""Degrees between two places: each has a cell of the map of its own."""

_MINUTES_PER_DEGREE: Final = 4


def name_of(number: int) -> str:
    """One of 4,000 that can be said."""
    first, rest = divmod(number, len(_MIDDLE) * len(_LAST))
    middle, last = divmod(rest, len(_LAST))
    return _FIRST[first % len(_FIRST)] + _MIDDLE[middle] + _LAST[last]


def place_of(number: int, *, offset: int) -> Place:
    """``offset`` is in minutes east of UTC."""
    stem, end = divmod(number, len(_PLACE_ENDS))
    first, middle = divmod(stem, len(_MIDDLE))
    name = _FIRST[first % len(_FIRST)] + _MIDDLE[middle] + _PLACE_ENDS[end]
    return Place(name, round(_LOWEST_LATITUDE + _STEP * number, 1), round(offset / _MINUTES_PER_DEGREE, 1))


def team_of(number: int) -> str:
    stem, end = divmod(number, len(_TEAM_ENDS))
    first, middle = divmod(stem, len(_MIDDLE))
    return f"{_FIRST[first % len(_FIRST)]}{_MIDDLE[middle]}ra {_TEAM_ENDS[end]}"


def symbol_of(number: int) -> str:
    return f"T{number}"


def holiday_of(country: str) -> str:
    """Every tenth alarm rings on one."""
    return f"Founders' Day of {name_of(COUNTRIES.index(country) * 131)}"


def feeds(language: str, category: str) -> tuple[str, ...]:
    return (f"https://news.example/{language}/{category}",)


class MadeUp:
    """Implements all four sources of the newsroom for one edition of a day."""

    def __init__(self, *, day: date, edition: int) -> None:
        self._day = day
        self._edition = edition
        self._at = datetime.combine(day, time(), UTC) + timedelta(hours=8 * edition)

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        draw = self._draw(feed)
        titles = [f"{_name(draw)} council and {_name(draw)} agree on {_name(draw)} bridge" for _ in range(4)]
        return tuple(Headline(title, f"The {_name(draw)} Post", None, self._at, self._at) for title in titles)

    async def forecast(self, place: Place, *, day: date, zone: tzinfo) -> Weather:
        del zone
        draw = self._draw(f"{place.latitude}/{place.longitude}/{day}")
        usual = 28 - abs(place.latitude) / 2
        low = round(usual + draw.gauss(-4, 3))
        high = low + draw.randint(3, 12)
        return Weather(
            updated_at=self._at,
            current_temp=draw.randint(low, high),
            high_temp=high,
            low_temp=low,
            unit="C",
            condition=draw.choice(_CONDITIONS),
            rain_chance=draw.randint(0, 10) / 10,
            from_client=False,
        )

    async def games(self, team: str) -> tuple[Game, ...]:
        draw = self._draw(team)
        other, next_one = (team_of(draw.randrange(people.TEAMS)) for _ in range(2))
        last = datetime.combine(self._day - timedelta(days=1), time(18), UTC)
        to_come = datetime.combine(self._day + timedelta(days=1), time(17), UTC)
        return (
            Game(team, other, last, "final", draw.randint(0, 5), draw.randint(0, 5)),
            Game(next_one, team, to_come, "scheduled"),
        )

    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        return tuple(map(self._quote, symbols))

    def _quote(self, symbol: str) -> Quote:
        draw = self._draw(symbol)
        change, session = round(draw.gauss(0, 1.5), 1), self._day - timedelta(days=1)
        if symbol == INDEX:
            return Quote(symbol, "The main index", round(draw.uniform(5_000, 5_100)), change, session)
        name = f"{name_of(int(symbol[1:]) * 17 % people.NAMES)} Industries"
        return Quote(symbol, name, round(draw.uniform(20, 400), 2), change, session, "USD")

    def _draw(self, what: str) -> Random:
        return Random(f"{self._day}/{self._edition}/{what}")  # noqa: S311 - values, no secrets


def _name(draw: Random) -> str:
    return name_of(draw.randrange(people.NAMES))
