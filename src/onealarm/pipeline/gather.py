"""Gather: from a job to the facts of that person and that day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from onealarm.briefing.facts import Credit, Edition, Event, Facts, Game, Headline, Listener, Quote, Sun, Weather
from onealarm.briefing.headlines import deduplicate, objection, pick, screen
from onealarm.briefing.heard import to_remember, without_heard
from onealarm.briefing.holidays import holidays_on
from onealarm.briefing.learning import Reaction
from onealarm.briefing.sun import merge, sun_for
from onealarm.briefing.topics import Topic, TopicKind
from onealarm.briefing.units import in_unit, usual_unit
from onealarm.errors import BadInput, safe_reason
from onealarm.events import Events, HeadlinesDropped, SectionMissing
from onealarm.ids import UserId
from onealarm.jobs.job import Job
from onealarm.pipeline.editions import Content
from onealarm.pipeline.newsroom import Collected, Newsroom, credits_of_headlines
from onealarm.pipeline.ports import CalendarSource, NewsSource
from onealarm.pipeline.wanting import topics_of

HEADLINES: Final = 5
"""At most this many headlines are spoken."""

WAIT: Final = timedelta(seconds=12)
"""For what is not collected yet; where the ring is near, a tenth of the time until then."""

_CALENDAR_WITHIN: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """What alarm and user ask for. ``ring_at`` is wall time in the alarm's zone; ``weather`` is fresh or None.

    ``version`` is that of the alarm and that of the preferences: it tells whether either has been edited since. Without
    a ``user_id`` nothing is remembered. ``reactions`` are there when his briefings are to learn from them.
    """

    version: tuple[int, int]
    ring_at: datetime
    label: str | None
    listener: Listener
    weather: Weather | None
    user_id: UserId | None = None
    reactions: tuple[Reaction, ...] | None = None


class Wishes(Protocol):
    """Reads the wish behind a job. The implementation is ``onealarm.postgres.wishes``."""

    async def load(self, job: Job) -> Wish:
        """Raises ``Permanent`` when the alarm is gone, or no longer has the ring."""
        ...


class Heard(Protocol):
    """Remembers for a week what a user has heard, by the ids of headlines. The implementation is ``postgres.heard``."""

    async def before(self, user_id: UserId, *, day: date) -> Mapping[str, datetime]:
        """What was told for rings of earlier local days, and when."""
        ...

    async def remember(self, user_id: UserId, items: Sequence[str], *, day: date) -> None: ...


class Gather:
    """Collects facts. What cannot be had is left out with its reason; nothing here fails a briefing.

    Without a ``newsroom`` there are no editions, without a ``calendar`` no entries of one, and without ``heard``
    nothing is remembered. ``now`` tells how near a ring is; at most ``wait`` is waited for what is not collected yet,
    and less where the ring is near.
    """

    def __init__(
        self,
        *,
        news: NewsSource,
        events: Events,
        newsroom: Newsroom | None = None,
        calendar: CalendarSource | None = None,
        heard: Heard | None = None,
        now: Callable[[], datetime] | None = None,
        wait: timedelta = WAIT,
    ) -> None:
        self._news = news
        self._events = events
        self._newsroom = newsroom
        self._calendar = calendar
        self._heard = heard
        self._now = now
        self._wait = wait

    async def facts(self, wish: Wish) -> Facts:
        """The facts for one occurrence."""
        missing: dict[str, str] = {}
        listener = wish.listener
        collected, read, entries = await asyncio.gather(
            self._collect(wish, missing), self._read_all(listener, missing), self._entries(wish, missing)
        )
        editions = (*read, *_news_of(collected))
        headlines = await self._choose(editions, wish)
        games, quotes = self._games(collected), self._quotes(collected, listener)
        weather = self._weather(wish, collected)
        told: set[TopicKind] = set()
        if games:
            told.add("sport")
        if quotes:
            told.add("markets")
        if weather is not None and not weather.from_client:
            told.add("weather")
        return Facts(
            ring_at=wish.ring_at,
            listener=listener,
            label=wish.label,
            weather=weather,
            sun=self._sun(wish),
            holidays=self._holidays(wish),
            headlines=headlines,
            editions=editions,
            games=games,
            quotes=quotes,
            events=entries,
            credits=self._credits(headlines, collected, told, listener.language),
            missing=missing,
        )

    async def _collect(self, wish: Wish, missing: dict[str, str]) -> Collected:
        topics = topics_of(wish.listener, ring_at=wish.ring_at, has_weather=wish.weather is not None)
        asked = [one for one in topics if self._newsroom is not None and self._newsroom.has(one.kind)]
        for kind in dict.fromkeys(one.kind for one in topics if one not in asked and one.kind != "weather"):
            self._leave_out(kind, f"{kind}: no source is configured")
        if not asked or self._newsroom is None:
            return Collected()
        collected = await self._newsroom.collect(asked, within=self._patience(wish))
        for topic, reason in collected.missing.items():
            self._fail(topic.kind, reason, missing)
        return collected

    def _patience(self, wish: Wish) -> timedelta:
        if self._now is None:
            return self._wait
        return min(self._wait, max(timedelta(seconds=1), (wish.ring_at - self._now()) / 10))

    def _weather(self, wish: Wish, collected: Collected) -> Weather | None:
        """The client's own while it is fresh, else the forecast for the place."""
        listener = wish.listener
        if not listener.include_weather:
            return None
        if wish.weather is not None:
            unit = listener.temperature_unit
            return wish.weather if unit is None else in_unit(wish.weather, unit)
        forecasts = [item for item in _items(collected, "weather") if isinstance(item, Weather)]
        if not forecasts or listener.place is None:
            return None
        unit = listener.temperature_unit or usual_unit(listener.country, listener.language)
        return in_unit(replace(forecasts[0], location=listener.place.name, from_client=False), unit)

    def _games(self, collected: Collected) -> tuple[Game, ...]:
        """Each game once, though both of its teams are followed; by their start."""
        games = dict.fromkeys(item for item in _items(collected, "sport") if isinstance(item, Game))
        fit = [game for game in games if self._is_fit(game.home, game.away)]
        return tuple(sorted(fit, key=lambda game: (game.starts_at, game.home, game.away)))

    def _quotes(self, collected: Collected, listener: Listener) -> tuple[Quote, ...]:
        """In the order in which the listener named the symbols."""
        quotes = {item.symbol: item for item in _items(collected, "markets") if isinstance(item, Quote)}
        named = (quotes[symbol] for symbol in listener.tickers if symbol in quotes)
        return tuple(quote for quote in named if self._is_fit(quote.name))

    def _is_fit(self, *words: str) -> bool:
        """Names of vendors are screened as headlines are."""
        reasons = [reason for one in words if (reason := objection(one, links_allowed=True)) is not None]
        if reasons:
            self._events.emit(HeadlinesDropped(reasons[0], 1))
        return not reasons

    async def _entries(self, wish: Wish, missing: dict[str, str]) -> tuple[Event, ...]:
        """Of the listener's own calendar. Its address is a secret, so nothing of a failure is told but its kind."""
        listener, zone = wish.listener, wish.ring_at.tzinfo
        assert zone is not None, "a wish carries its zone"
        if listener.calendar_url is None or not listener.include_calendar:
            return ()
        if self._calendar is None:
            self._leave_out("calendar", "calendar: no source is configured")
            return ()
        try:
            async with asyncio.timeout(min(_CALENDAR_WITHIN, self._patience(wish)).total_seconds()):
                return await self._calendar.events(listener.calendar_url, day=wish.ring_at.date(), zone=zone)
        except Exception as error:  # a calendar, whatever is wrong with it, costs its section and no more
            self._fail("calendar", f"calendar: cannot be read ({type(error).__name__})", missing)
            return ()

    def _sun(self, wish: Wish) -> Sun | None:
        """Worked out for the user's place; a client's own figures win."""
        place = wish.listener.place
        zone = wish.ring_at.tzinfo
        assert zone is not None, "a wish carries its zone"
        computed = None if place is None else sun_for(place, day=wish.ring_at.date(), zone=zone)
        return merge(computed, weather=wish.weather)

    def _holidays(self, wish: Wish) -> tuple[str, ...]:
        listener = wish.listener
        if listener.country is None:
            return ()
        try:
            return holidays_on(
                wish.ring_at.date(),
                country=listener.country,
                subdivision=listener.subdivision,
                language=listener.language,
            )
        except BadInput as error:
            self._leave_out("holiday", str(error))
            return ()

    async def _choose(self, editions: Sequence[Edition], wish: Wish) -> tuple[Headline, ...]:
        """Those that are told: news, each story once, and none that the listener has heard on another day."""
        screened = screen([headline for edition in editions for headline in edition.headlines])
        for reason, count in screened.dropped.items():
            self._events.emit(HeadlinesDropped(reason, count))
        if self._heard is None or wish.user_id is None or not screened.kept:
            return pick(deduplicate(screened.kept), HEADLINES)
        day = wish.ring_at.date()
        heard = await self._heard.before(wish.user_id, day=day)
        told = pick(deduplicate(without_heard(screened.kept, heard)), HEADLINES)
        if told:
            await self._heard.remember(wish.user_id, to_remember(told, screened.kept), day=day)
        return told

    async def _read_all(self, listener: Listener, missing: dict[str, str]) -> tuple[Edition, ...]:
        """The listener's own feeds."""
        feeds = listener.feeds if listener.include_news else ()
        results = await asyncio.gather(*(self._read(feed, missing) for feed in feeds))
        return tuple(Edition(feed, found) for feed, found in zip(feeds, results, strict=True) if found)

    async def _read(self, feed: str, missing: dict[str, str]) -> tuple[Headline, ...]:
        try:
            return await self._news.headlines(feed)
        except Exception as error:  # a feed, whatever is wrong with it, costs its headlines and no more
            self._fail("news", safe_reason(error), missing)
            return ()

    def _credits(
        self, headlines: Sequence[Headline], collected: Collected, told: set[TopicKind], language: str
    ) -> tuple[Credit, ...]:
        """Of what is told, each once."""
        code = language.partition("-")[0].lower()
        publishers = {headline.publisher for headline in headlines}
        found = list(credits_of_headlines(self._news, headlines, code))
        for topic, content in collected.contents.items():
            credited = content.credits.get(code, content.credits.get("en", ()))
            found += [one for one in credited if topic.kind in told or one.source in publishers]
        return tuple(dict.fromkeys(found))

    def _fail(self, section: str, reason: str, missing: dict[str, str]) -> None:
        """What may be had another time."""
        missing[section] = reason
        self._leave_out(section, reason)

    def _leave_out(self, section: str, reason: str) -> None:
        self._events.emit(SectionMissing(section, reason))


def _contents(collected: Collected, kind: TopicKind) -> list[tuple[Topic, Content]]:
    return [(topic, content) for topic, content in collected.contents.items() if topic.kind == kind]


def _items(collected: Collected, kind: TopicKind) -> Iterable[object]:
    return (item for _, content in _contents(collected, kind) for item in content.items)


def _news_of(collected: Collected) -> list[Edition]:
    return [
        Edition(topic.key, tuple(item for item in content.items if isinstance(item, Headline)))
        for topic, content in _contents(collected, "news")
    ]
