"""Sources of content that a test scripts: what each is asked is kept, and what it answers stands in a table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from onealarm.briefing.facts import Credit, Event, Game, Headline, Place, Quote, Weather
from onealarm.errors import SourceUnavailable
from onealarm.pipeline.newsroom import Desks

FETCHED = datetime(2026, 11, 24, 11, 50, tzinfo=UTC)


def credit_of(source: str, language: str) -> Credit:
    said = {"en": f"From {source}.", "de": f"Von {source}."}[language]
    return Credit(source, said, "its own terms", "https://terms.example")


@dataclass
class ScriptedSource:
    """Answers, unless it ``fails``; with ``hold`` not before the event is set. ``asked`` tells of each call."""

    asked: list[str] = field(default_factory=list)
    fails: Exception | None = None
    hold: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, question: str) -> None:
        self.asked.append(question)
        self.arrived.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.fails is not None:
            raise self.fails


@dataclass
class News(ScriptedSource):
    feeds: dict[str, Iterable[Headline]] = field(default_factory=dict)

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        await self.answer(feed)
        if feed not in self.feeds:
            raise SourceUnavailable(feed, "timed out")
        return tuple(self.feeds[feed])

    def credits(self, headlines: Iterable[Headline], language: str) -> tuple[Credit, ...]:
        return tuple(credit_of(one, language) for one in dict.fromkeys(headline.publisher for headline in headlines))


@dataclass
class Forecasts(ScriptedSource):
    places: list[Place] = field(default_factory=list)

    async def forecast(self, place: Place, *, day: date, zone: tzinfo) -> Weather:
        self.places.append(place)
        await self.answer(f"{place.latitude},{place.longitude} {day} {zone}")
        return Weather(
            updated_at=FETCHED,
            current_temp=-0.4,
            high_temp=5.0,
            low_temp=-3.0,
            unit="C",
            condition="light rain",
            rain_chance=0.4,
            from_client=False,
        )

    def credit(self, language: str) -> Credit:
        return credit_of("The Forecasters", language)


@dataclass
class Sports(ScriptedSource):
    teams: dict[str, Iterable[Game]] = field(default_factory=dict)

    async def games(self, team: str) -> tuple[Game, ...]:
        await self.answer(team)
        return tuple(self.teams.get(team, ()))

    def credit(self, language: str) -> Credit:
        return credit_of("The Scores", language)


@dataclass
class Markets(ScriptedSource):
    session: date = date(2026, 11, 23)

    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        await self.answer(",".join(symbols))
        return tuple(Quote(one, f"{one} Inc", 10.0, 1.0, self.session, "USD") for one in symbols if one != "NONE")

    def credit(self, language: str) -> Credit:
        return credit_of("The Tape", language)


@dataclass
class Calendar(ScriptedSource):
    entries: Iterable[Event] = ()

    async def events(self, url: str, *, day: date, zone: tzinfo) -> tuple[Event, ...]:
        await self.answer(url)
        return tuple(self.entries)


@dataclass
class Vendors:
    """One of each, and the desks that ask them."""

    news: News = field(default_factory=News)
    weather: Forecasts = field(default_factory=Forecasts)
    sport: Sports = field(default_factory=Sports)
    markets: Markets = field(default_factory=Markets)
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def desks(self) -> Desks:
        return Desks(
            news=self.news,
            feeds=lambda language, category: (f"{language}:{category}",),
            weather=self.weather,
            sport=self.sport,
            markets=self.markets,
        )
