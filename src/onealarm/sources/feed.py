"""Headlines from RSS and Atom feeds, asked for no more often than is polite, and kept for a while when a feed fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from onealarm.briefing.facts import Headline
from onealarm.clock import SystemClock
from onealarm.errors import BadInput, NotFound, Retryable, SourceUnavailable
from onealarm.http.fetcher import Fetched, Fetcher
from onealarm.pipeline.ports import Processes
from onealarm.sources.feed_document import LONGEST_FEED, NotAFeedError, prepare
from onealarm.sources.feed_entries import Unreadable, read_entries
from onealarm.sources.feed_headlines import to_headlines
from onealarm.sources.feed_policy import FeedPolicy
from onealarm.sources.polite import Ask, PoliteReader

_ACCEPT: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


class FeedSource:
    """Implements ``NewsSource``. However many alarms ask for one feed at once, it is fetched once."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        processes: Processes,
        now: Callable[[], datetime] | None = None,
        policy: FeedPolicy | None = None,
        files_allowed: bool = False,
    ) -> None:
        """``processes`` parse, since a hostile feed can take its parser's time without end.

        ``files_allowed``: a feed may also be the path of a local file; never for what users store.
        """
        self._fetcher = fetcher
        self._processes = processes
        self._now = now or SystemClock().now
        self._policy = policy or FeedPolicy()
        self._files_allowed = files_allowed
        self._reader = PoliteReader[tuple[Headline, ...]](
            fetcher, now=self._now, policy=self._policy.reading, most=self._policy.most_feeds
        )

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """The newest first. Raises ``SourceUnavailable``, and ``BadInput`` for what can never be a feed."""
        if feed.lower().startswith(("http://", "https://")):
            return await self._from_url(self._fetcher.check(feed, field="feeds"))
        if self._files_allowed:
            return await self._from_file(Path(feed))
        raise BadInput("feeds", "one is not an http or https URL", "Give the URL of an RSS or Atom feed")

    async def _from_url(self, url: httpx.URL) -> tuple[Headline, ...]:
        async def parse(fetched: Fetched) -> tuple[Headline, ...]:
            return await self._read(fetched.body, charset=_charset(fetched.headers), source=url.host)

        ask = Ask(topic=str(url), url=str(url), source=url.host, accept=_ACCEPT)
        reading = await self._reader.read(ask, parse)
        return tuple(replace(headline, fetched_at=reading.confirmed_at) for headline in reading.value)

    async def _from_file(self, path: Path) -> tuple[Headline, ...]:
        try:
            body = await asyncio.to_thread(_read_file, path)
        except OSError as error:
            raise NotFound("feed", f"{path} cannot be read ({error.strerror})", "Give an RSS or Atom file") from error
        return await self._read(body, charset=None, source=path.name)

    async def _read(self, body: bytes, *, charset: str | None, source: str) -> tuple[Headline, ...]:
        try:
            document = prepare(body, charset=charset)
            parsed = await self._processes.run(read_entries, document, within=self._policy.parse_within)
        except NotAFeedError as error:
            raise SourceUnavailable(source, f"sent no feed that can be read: {error}") from error
        except Retryable as error:
            raise SourceUnavailable(source, "its feed could not be parsed in time") from error
        if isinstance(parsed, Unreadable):
            raise SourceUnavailable(source, f"sent no feed that can be read: {parsed.reason}")
        return to_headlines(parsed, source=source, now=self._now(), most=self._policy.most_headlines)


def _charset(headers: httpx.Headers) -> str | None:
    _, _, parameter = headers.get("content-type", "").lower().partition("charset=")
    return parameter.split(";")[0].strip(" \"'") or None


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST_FEED + 1)
