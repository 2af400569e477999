"""The newsroom: has each topic collected once for the whole fleet, beforehand or when a briefing needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Final, Protocol, TypeVar, runtime_checkable
from zoneinfo import ZoneInfo

from onealarm.briefing.facts import Credit, Headline
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.topics import Item, Topic, TopicKind, cell_of, valid_until
from onealarm.clock import Clock
from onealarm.errors import Retryable, SourceUnavailable, safe_reason
from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.editions import Content, EditionLibrary, Look
from onealarm.pipeline.ports import MarketSource, NewsSource, SportSource, WeatherSource

COLLECT_WITHIN: Final = timedelta(seconds=12)
"""A collection takes no longer; it is less than ``onealarm.stale()``, after which a claim is anybody's."""

AT_ONCE: Final = 8
"""So many questions of one kind are under way at once in a process."""

T = TypeVar("T")

_LOOK_AGAIN: Final = timedelta(milliseconds=300)
_MOST_LOOKS: Final = 100


@runtime_checkable
class Credited(Protocol):
    """A source whose terms ask for a credit."""

    def credit(self, language: str) -> Credit: ...


@runtime_checkable
class CreditsHeadlines(Protocol):
    """A source of news that credits each publisher."""

    def credits(self, headlines: Iterable[Headline], language: str) -> tuple[Credit, ...]: ...


def _no_feeds(language: str, category: str) -> tuple[str, ...]:
    del language, category
    return ()


@dataclass(frozen=True, slots=True)
class Desks:
    """Who is asked for what; None where nothing is configured. ``feeds`` names those of a language and a category."""

    news: NewsSource | None = None
    feeds: Callable[[str, str], tuple[str, ...]] = _no_feeds
    weather: WeatherSource | None = None
    sport: SportSource | None = None
    markets: MarketSource | None = None

    def has(self, kind: TopicKind) -> bool:
        """Whether anybody can be asked."""
        source = {"news": self.news, "weather": self.weather, "sport": self.sport, "markets": self.markets}[kind]
        return source is not None

    def credits(self, kind: TopicKind, items: Sequence[Item]) -> dict[str, tuple[Credit, ...]]:
        """What has to be said of an edition's items, by language."""
        if kind == "news":
            headlines = [item for item in items if isinstance(item, Headline)]
            return {code: credits_of_headlines(self.news, headlines, code) for code in LANGUAGES}
        source = {"weather": self.weather, "sport": self.sport, "markets": self.markets}[kind]
        if not items or not isinstance(source, Credited):
            return {}
        return {code: (source.credit(code),) for code in LANGUAGES}


def credits_of_headlines(source: NewsSource | None, headlines: Sequence[Headline], language: str) -> tuple[Credit, ...]:
    """One for each publisher, where the source knows them."""
    return source.credits(headlines, language) if isinstance(source, CreditsHeadlines) else ()


@dataclass(slots=True)
class Collected:
    """What could be had of the topics, and why the others could not."""

    contents: dict[Topic, Content] = field(default_factory=dict)
    missing: dict[Topic, str] = field(default_factory=dict)
    finished: list[Topic] = field(default_factory=list)
    """What this call collected."""

    failed: dict[Topic, str] = field(default_factory=dict)
    """What this call asked for in vain, though an older edition may be there."""


class Newsroom:
    """Single flight for each topic through the library, across processes and machines."""

    def __init__(self, library: EditionLibrary, *, desks: Desks, worker: WorkerId, clock: Clock) -> None:
        self._library = library
        self._desks = desks
        self._worker = worker
        self._clock = clock
        self._collecting: set[Topic] = set()
        self._looking = asyncio.Lock()
        self._questions = {kind: asyncio.Semaphore(AT_ONCE) for kind in ("news", "weather", "sport", "markets")}

    def has(self, kind: TopicKind) -> bool:
        """Whether topics of a kind can be collected here."""
        return self._desks.has(kind)

    def feeds(self, language: str, category: str) -> tuple[str, ...]:
        """Where the news of a category come from; none where nothing is configured."""
        return self._desks.feeds(language, category) if self._desks.news is not None else ()

    async def collect(self, topics: Iterable[Topic], *, within: timedelta, wait: bool = True) -> Collected:
        """The newest edition of each topic; what is missing or stale is collected, here or where it is under way.

        With ``wait`` what others collect is waited for. After ``within`` an older edition is told, or none. Raises
        nothing that a source raises.
        """
        told = Collected()
        open_topics = list(dict.fromkeys(topics))
        until = self._clock.now() + within
        for _ in range(_MOST_LOOKS):
            if not open_topics:
                break
            look = await self._look(open_topics)
            _note(look, open_topics, told)
            left = until - self._clock.now()
            await self._collect_ours(look, min(left, COLLECT_WITHIN), told)
            open_topics = [one for one in open_topics if one not in look.settled and one not in look.ours]
            if not wait or not open_topics or self._clock.now() + _LOOK_AGAIN > until:
                break
            await self._clock.sleep(_LOOK_AGAIN)
        for topic in open_topics:
            if topic not in told.contents:
                told.missing.setdefault(topic, f"{topic.kind}: is still being collected")
        return told

    async def _look(self, topics: Sequence[Topic]) -> Look:
        """One at a time, so that no two calls of this process take the same claim for a forgotten one."""
        async with self._looking:
            look = await self._library.find_or_claim(
                topics, worker=self._worker, collecting=frozenset(self._collecting)
            )
            self._collecting |= look.ours.keys()
            return look

    async def _collect_ours(self, look: Look, within: timedelta, told: Collected) -> None:
        try:
            await asyncio.gather(
                *(self._collect_group(group, look, within, told) for group in _groups(look.ours.keys()))
            )
        finally:
            self._collecting -= look.ours.keys()

    async def _collect_group(self, group: Sequence[Topic], look: Look, within: timedelta, told: Collected) -> None:
        """Topics that go into one question: all quotes, and each of the others by itself."""
        try:
            async with asyncio.timeout(max(within, timedelta()).total_seconds()):
                async with self._questions[group[0].kind]:
                    found = await self._ask(group)
        except Exception as error:  # a source, whatever is wrong with it, costs its topic and no more
            reason = f"{group[0].kind}: timed out" if isinstance(error, TimeoutError) else safe_reason(error)
            wait = error.wait if isinstance(error, Retryable) else None
            for topic in group:
                await self._fail(topic, look.ours[topic], reason, wait, told)
            return
        for topic in group:
            await self._finish(topic, found.get(topic, ()), look, told)

    async def _finish(self, topic: Topic, items: tuple[Item, ...], look: Look, told: Collected) -> None:
        content = Content(topic, look.now, items, self._desks.credits(topic.kind, items))
        until = valid_until(topic.kind, items, now=look.now)
        if await self._library.finish(content, token=look.ours[topic], valid_until=until):
            told.finished.append(topic)
        told.contents[topic] = content
        told.missing.pop(topic, None)

    async def _fail(
        self, topic: Topic, token: LeaseToken, reason: str, wait: timedelta | None, told: Collected
    ) -> None:
        await self._library.fail(topic, token=token, reason=reason, wait=wait)
        told.failed[topic] = reason
        if topic not in told.contents:
            told.missing[topic] = reason

    async def _ask(self, group: Sequence[Topic]) -> Mapping[Topic, tuple[Item, ...]]:
        """Raises what the source raises."""
        topic = group[0]
        match topic.kind:
            case "news":
                return {topic: await self._headlines(*topic.parts)}
            case "weather":
                place, day, zone = cell_of(topic)
                return {topic: (await _given(self._desks.weather).forecast(place, day=day, zone=ZoneInfo(zone)),)}
            case "sport":
                return {topic: await _given(self._desks.sport).games(topic.parts[0])}
            case "markets":
                symbols = [one.parts[0] for one in group]
                quotes = {quote.symbol: quote for quote in await _given(self._desks.markets).quotes(symbols)}
                return {one: (quotes[one.parts[0]],) for one in group if one.parts[0] in quotes}

    async def _headlines(self, language: str, category: str) -> tuple[Headline, ...]:
        """Of all feeds of the category; one that fails costs its own headlines, unless all do."""
        source = _given(self._desks.news)
        feeds = self._desks.feeds(language, category)
        if not feeds:
            raise SourceUnavailable("news", f"no feed is set for {category} in {language}")
        answers = await asyncio.gather(*(source.headlines(feed) for feed in feeds), return_exceptions=True)
        failures = [one for one in answers if isinstance(one, BaseException)]
        if len(failures) == len(answers):
            raise failures[0]
        return tuple(chain.from_iterable(one for one in answers if not isinstance(one, BaseException)))


def _given(source: T | None) -> T:
    if source is None:
        raise SourceUnavailable("sources", "none is configured")
    return source


def _note(look: Look, topics: Sequence[Topic], told: Collected) -> None:
    """What the look found: the newest editions, and why there is none where a source is left alone."""
    for topic in topics:
        if topic in look.newest:
            told.contents[topic] = look.newest[topic]
        elif topic in look.failures:
            told.missing[topic] = look.failures[topic]


def _groups(topics: Iterable[Topic]) -> list[list[Topic]]:
    markets: list[Topic] = []
    groups = []
    for topic in topics:
        if topic.kind == "markets":
            markets.append(topic)
        else:
            groups.append([topic])
    return [*groups, markets] if markets else groups
