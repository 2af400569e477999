"""Topics: what sources are asked once for everybody, and how long an answer is good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, TypeAlias

from onealarm.briefing.facts import Game, Headline, Place, Quote, Weather

TopicKind = Literal["news", "weather", "sport", "markets"]
Item: TypeAlias = Headline | Weather | Game | Quote

CELL: Final = Decimal("0.1")
"""Degrees: neighbours share a cell of the map, about 11 km from south to north."""

NEWS_EVERY: Final = timedelta(hours=6)
WEATHER_EVERY: Final = timedelta(hours=8)
MARKETS_EVERY: Final = timedelta(hours=1)
CLOSED_MARKETS_EVERY: Final = timedelta(hours=4)
SPORT_EVERY: Final = timedelta(hours=6)
PLAYING_EVERY: Final = timedelta(minutes=15)

USABLE_FOR: Final[dict[TopicKind, timedelta]] = {
    "news": timedelta(hours=18),
    "weather": timedelta(hours=18),
    "sport": timedelta(hours=12),
    "markets": timedelta(hours=24),
}
"""An edition that could not be renewed may be told until it is so old."""

_LONGEST_GAME: Final = timedelta(hours=4)

SHORTEST_PAUSE: Final = timedelta(seconds=10)
FIRST_PAUSE: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
"""How long a source is left alone about a topic that has failed; doubled each time up to the longest."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``key`` says all that its source is asked; it holds nothing of a user's.

    ``news/en/business``, ``weather/52.5,13.4/2026-11-25/Europe/Berlin``, ``sport/133604``, ``markets/^GSPC``.
    """

    kind: TopicKind
    key: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands behind the kind, split where the kind's own values are: a zone's slash is its own."""
        most = {"news": 2, "weather": 3, "sport": 1, "markets": 1}[self.kind]
        return tuple(self.key.split("/", most)[1:])


def news_topic(*, language: str, category: str) -> Topic:
    """The region of a language makes no difference."""
    return Topic("news", f"news/{language.partition('-')[0].lower()}/{category}")


def sport_topic(team: str) -> Topic:
    return Topic("sport", f"sport/{team}")


def markets_topic(symbol: str) -> Topic:
    return Topic("markets", f"markets/{symbol}")


def weather_topic(latitude: float, longitude: float, *, day: date, zone: str) -> Topic:
    """Of a local day, as ``zone`` (an IANA name) has it."""
    return Topic("weather", f"weather/{_tenth(latitude)},{_tenth(longitude)}/{day}/{zone}")


def cell_of(topic: Topic) -> tuple[Place, date, str]:
    """The middle of a weather topic's cell, without a name; its day and its zone."""
    where, day, zone = topic.parts
    latitude, longitude = where.split(",")
    return Place("", float(latitude), float(longitude)), date.fromisoformat(day), zone


def _tenth(degrees: float) -> str:
    """As PostgreSQL rounds: by 15 significant digits, half away from zero; never "-0.0"."""
    rounded = Decimal(f"{degrees:.15g}").quantize(CELL, ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded))


def valid_until(kind: TopicKind, items: Sequence[Item], *, now: datetime) -> datetime:
    """When an edition collected ``now`` is to be followed by another one.

    News come four times a day, weather three times; quotes while their session may still go on every hour; games as
    their state asks for.
    """
    match kind:
        case "news":
            return now + NEWS_EVERY
        case "weather":
            return now + WEATHER_EVERY
        case "markets":
            return now + _while_traded([one for one in items if isinstance(one, Quote)], now)
        case "sport":
            return _next_state([one for one in items if isinstance(one, Game)], now)


def _while_traded(quotes: Sequence[Quote], now: datetime) -> timedelta:
    today = now.astimezone(UTC).date()
    return MARKETS_EVERY if any(quote.session >= today for quote in quotes) else CLOSED_MARKETS_EVERY


def _next_state(games: Sequence[Game], now: datetime) -> datetime:
    """Soon while one is played, or should have begun; else before the next one ends, or with the day's turn."""
    if any(_is_under_way(game, now) for game in games):
        return now + PLAYING_EVERY
    starts = [game.starts_at for game in games if game.status == "scheduled" and game.starts_at > now]
    return min([now + SPORT_EVERY, *starts])


def _is_under_way(game: Game, now: datetime) -> bool:
    if game.status == "playing":
        return True
    return game.status == "scheduled" and game.starts_at <= now < game.starts_at + _LONGEST_GAME
