"""News and anniversaries from the featured feed of the Wikipedias.

https://api.wikimedia.org/wiki/Feed_API/Reference/Featured_content
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import Field, model_validator

from onealarm.briefing.facts import Headline
from onealarm.errors import BadInput
from onealarm.http.fetcher import Fetched
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.plain import plain_text, web_link
from onealarm.sources.polite import Ask
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.vendor import Vendor

NAME: Final = "wikimedia"
BASE_URL: Final = "https://api.wikimedia.org/feed/v1/wikipedia"
LICENCE: Final = Licence(
    name="CC BY-SA 4.0",
    source="Wikipedia",
    attribution={
        "en": "From Wikipedia, the free encyclopedia, under CC BY-SA 4.0.",
        "de": "Aus Wikipedia, der freien Enzyklopädie, unter CC BY-SA 4.0.",
    },
    url="https://creativecommons.org/licenses/by-sa/4.0/",
    commercial=True,
)
POLICY: Final = ReadPolicy(shortest_ttl=timedelta(hours=1), longest_ttl=timedelta(hours=12), keep_for=timedelta(days=1))

_PARTS: Final = frozenset({"tfa", "mostread", "image", "news", "onthisday"})
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_MOST_DAYS: Final = 200
_MOST_ITEMS: Final = 20
_LONGEST: Final = 250


class _Page(Answer):
    content_urls: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)


class _Story(Answer):
    story: str
    links: tuple[_Page, ...] = ()


class _Anniversary(Answer):
    text: str
    year: int
    pages: tuple[_Page, ...] = ()


class _Featured(Answer):
    news: tuple[_Story, ...] = ()
    onthisday: tuple[_Anniversary, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _is_featured(cls, given: object) -> object:
        """Not every language has every part."""
        if isinstance(given, dict) and not given.keys() & _PARTS:
            raise ValueError("none of its parts is there")
        return given


@dataclass(frozen=True, slots=True)
class _Day:
    news: tuple[Headline, ...]
    on_this_day: tuple[Headline, ...]


class Wikimedia(Vendor[_Day]):
    """Implements ``NewsSource``, whose feeds are the languages of Wikipedias."""

    policy = POLICY
    most = _MOST_DAYS

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """Today's (in UTC) news of a language such as ``de``. Raises ``SourceUnavailable`` or ``BadInput``."""
        return (await self._day(feed, self._now().date())).news

    async def on_this_day(self, language: str, *, day: date) -> tuple[Headline, ...]:
        """What happened on a day of other years, as ``1969: …``. Raises as ``headlines``."""
        return (await self._day(language, day)).on_this_day

    async def _day(self, language: str, day: date) -> _Day:
        if not _LANGUAGE.fullmatch(language):
            raise BadInput("language", f"{language[:40]!r} is not a Wikipedia's", "Give a code such as en or de")
        ask = Ask(
            topic=f"{language}/{day}",
            url=f"{self._base_url}/{language}/featured/{day:%Y/%m/%d}",
            source=NAME,
            accept=JSON,
        )
        reading = await self._reader.read(ask, self._parse)
        return _Day(*(_at(kind, reading.confirmed_at) for kind in (reading.value.news, reading.value.on_this_day)))

    async def _parse(self, fetched: Fetched) -> _Day:
        featured = read_json(_Featured, fetched, source=NAME)
        news = (self._headline(item.story, item.links) for item in featured.news[:_MOST_ITEMS])
        past = (
            self._headline(f"{item.year}: {item.text}", item.pages)
            for item in featured.onthisday[:_MOST_ITEMS]
            if item.year > 0
        )
        return _Day(tuple(filter(None, news)), tuple(filter(None, past)))

    def _headline(self, words: str, pages: Iterable[_Page]) -> Headline | None:
        title = plain_text(words, longest=_LONGEST)
        if title is None:
            return None
        links = (web_link(page.content_urls.get("desktop", {}).get("page")) for page in pages)
        return Headline(title, self.licence.source, next(filter(None, links), None), fetched_at=self._now())


def _at(headlines: Iterable[Headline], moment: datetime) -> tuple[Headline, ...]:
    return tuple(replace(headline, fetched_at=moment) for headline in headlines)
