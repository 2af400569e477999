"""All sources of news behind one: addresses of feeds, ``wikimedia:de``, ``guardian:world``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from onealarm.briefing.facts import Credit, Headline
from onealarm.errors import BadInput
from onealarm.pipeline.ports import NewsSource
from onealarm.sources.licence import Licence

FEED_TERMS: Final = "the publisher's own terms"

_SAID: Final = {"en": "Headlines by {publisher}.", "de": "Schlagzeilen von {publisher}."}


class News:
    """Implements ``NewsSource``: a feed is an address, or a vendor's name and what it calls a feed."""

    def __init__(self, feeds: NewsSource, vendors: Mapping[str, tuple[NewsSource, Licence]]) -> None:
        self._feeds = feeds
        self._vendors = vendors

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """Raises ``SourceUnavailable`` or ``BadInput``."""
        vendor, colon, what = feed.partition(":")
        if not colon or vendor.lower() in ("http", "https"):
            return await self._feeds.headlines(feed)
        if vendor in self._vendors:
            source, _ = self._vendors[vendor]
            return await source.headlines(what)
        known = ", ".join([*self._vendors, "https"])
        raise BadInput("feeds", f"{vendor[:40]!r} is no source of news here", f"Begin with one of: {known}")

    def credits(self, headlines: Iterable[Headline], language: str) -> tuple[Credit, ...]:
        """One for each publisher, in the order in which they first come."""
        licences = {licence.source: licence for _, licence in self._vendors.values()}
        publishers = dict.fromkeys(headline.publisher for headline in headlines)
        return tuple(
            licences[publisher].credit(language) if publisher in licences else _credit(publisher, language)
            for publisher in publishers
        )


def _credit(publisher: str, language: str) -> Credit:
    said = _SAID.get(language.partition("-")[0].lower(), _SAID["en"])
    return Credit(source=publisher, attribution=said.format(publisher=publisher), licence=FEED_TERMS)
