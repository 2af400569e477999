"""What a user prefers: how he is called, where he is, and what he wants to hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

DEFAULT_LANGUAGE: Final = "en"
DEFAULT_VOICE: Final = "alloy"

NEWS_CATEGORIES: Final = (
    "general",
    "business",
    "technology",
    "sports",
    "science",
    "health",
    "entertainment",
    "world",
)

TemperatureUnit = Literal["F", "C"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """``place_name``, ``latitude`` and ``longitude`` (degrees north and east) come together or not at all.

    ``country`` is an ISO 3166 code such as DE, ``subdivision`` a part of it such as BY; ``feeds`` are http(s)
    addresses of RSS or Atom feeds, at most ten; ``news_categories`` are of ``NEWS_CATEGORIES``, at most six; ``teams``
    at most five, as the source of sport names them; ``tickers`` at most ten. ``calendar_url`` is a secret: whoever has
    it reads the calendar. Without a ``temperature_unit`` it is the country's.
    """

    timezone: str
    name: str | None = None
    voice: str = DEFAULT_VOICE
    language: str = DEFAULT_LANGUAGE
    place_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country: str | None = None
    subdivision: str | None = None
    include_weather: bool = True
    feeds: tuple[str, ...] = ()
    news_categories: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    calendar_url: str | None = field(default=None, repr=False)
    temperature_unit: TemperatureUnit | None = None
    include_news: bool = True
    include_sport: bool = True
    include_markets: bool = True
    include_calendar: bool = True
    learn_from_skips: bool = False
