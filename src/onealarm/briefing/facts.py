"""Facts: what is known for one occurrence of an alarm before a word is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

Unit = Literal["F", "C"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the listener is; degrees north and east."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Listener:
    """What the preferences say of the person who will be woken."""

    name: str | None = None
    voice: str = "alloy"
    language: str = "en"
    place: Place | None = None
    country: str | None = None
    subdivision: str | None = None
    include_weather: bool = True
    feeds: tuple[str, ...] = ()
    news_categories: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    calendar_url: str | None = field(default=None, repr=False)
    temperature_unit: Unit | None = None
    include_news: bool = True
    include_sport: bool = True
    include_markets: bool = True
    include_calendar: bool = True


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of the day, as the client or a source tells it. Temperatures are in ``unit``."""

    updated_at: datetime
    location: str | None = None
    current_temp: float | None = None
    high_temp: float | None = None
    low_temp: float | None = None
    unit: Unit = "F"
    condition: str | None = None
    sunrise_time: time | None = None
    sunset_time: time | None = None
    rain_chance: float | None = None
    """From 0 to 1: that it rains at all that day."""

    from_client: bool = True
    """Whether its words are a client's, which nobody has checked."""


@dataclass(frozen=True, slots=True)
class Sun:
    """Sunrise and sunset on the day of the ring, as wall time at the alarm's zone.

    On a polar day or night there is neither, and ``polar`` says which of the two it is.
    """

    sunrise: time | None = None
    sunset: time | None = None
    polar: Literal["day", "night"] | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline as its publisher wrote it, with where and when it was fetched."""

    title: str
    publisher: str
    url: str | None
    fetched_at: datetime
    published_at: datetime | None = None

    @property
    def id(self) -> str:
        """The same for the same title of the same publisher, wherever and whenever it was fetched."""
        return hashlib.sha256(f"{self.publisher}\n{self.title}".encode(errors="replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Edition:
    """The headlines of one topic as everybody hears them until the next one is made."""

    topic: str
    headlines: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Game:
    """A game of a team as its source tells it. ``status`` is the source's, as one of ours; scores are there or not."""

    home: str
    away: str
    starts_at: datetime
    status: Literal["scheduled", "playing", "final", "postponed", "cancelled"]
    home_score: int | None = None
    away_score: int | None = None
    league: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The last price of an index, a share or a currency, and by how much it changed in its ``session`` (a date)."""

    symbol: str
    name: str
    price: float
    change_percent: float | None
    session: date
    currency: str | None = None
    """None for an index, whose price is in points."""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the listener's own calendar; all of it is personal. An ``all_day`` one begins at local midnight."""

    title: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose content a fact is: what has to be said of its source, and under which licence it may be used."""

    source: str
    attribution: str
    licence: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a writer may speak of. ``ring_at`` is the ring as wall time in the alarm's own zone (aware)."""

    ring_at: datetime
    listener: Listener
    label: str | None = None
    weather: Weather | None = None
    sun: Sun | None = None
    holidays: tuple[str, ...] = ()
    headlines: tuple[Headline, ...] = ()
    editions: tuple[Edition, ...] = ()
    """Those that the headlines are from, as far as they are everybody's."""

    stories: Mapping[str, str] = field(default_factory=dict)
    """What a model wrote of a headline, by the headline's id."""

    games: tuple[Game, ...] = ()
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()
    credits: tuple[Credit, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    """Sections whose source failed, with the reason: ``{"news": "feed.example: timed out"}``."""
