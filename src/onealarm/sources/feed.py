"""Headlines from RSS and Atom feeds, asked for no more often than is polite, and kept for a while when a feed fails."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from onealarm.briefing.facts import Headline
from onealarm.clock import SystemClock
from onealarm.errors import BadInput, NotFound, Retryable, SourceUnavailable
from onealarm.http.fetcher import Fetched, Fetcher
from onealarm.http.freshness import max_age, retry_after
from onealarm.pipeline.ports import Processes
from onealarm.sources.feed_document import LONGEST_FEED, NotAFeedError, prepare
from onealarm.sources.feed_entries import Unreadable, read_entries
from onealarm.sources.feed_headlines import to_headlines
from onealarm.sources.feed_policy import FeedPolicy

_ACCEPT: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a feed last said, and the validators that came with it."""

    headlines: tuple[Headline, ...]
    confirmed_at: datetime
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """The state of one feed. ``problem`` is why the last look failed, ``failures`` how many did in a row."""

    copy: _Copy | None
    next_look: datetime
    problem: str | None = None
    failures: int = 0


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
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._looks: dict[str, asyncio.Task[_Known]] = {}

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """The newest first. Raises ``SourceUnavailable``, and ``BadInput`` for what can never be a feed."""
        if feed.lower().startswith(("http://", "https://")):
            return await self._from_url(self._fetcher.check(feed, field="feeds"))
        if self._files_allowed:
            return await self._from_file(Path(feed))
        raise BadInput("feeds", "one is not an http or https URL", "Give the URL of an RSS or Atom feed")

    async def _from_url(self, url: httpx.URL) -> tuple[Headline, ...]:
        key = str(url)
        known = self._known.get(key)
        if known is None or known.next_look <= self._now():
            known = await self._look_once(key, host=url.host)
        else:
            self._known.move_to_end(key)
        copy = known.copy
        if copy is not None and self._now() - copy.confirmed_at <= self._policy.keep_for:
            return copy.headlines
        wait = max(known.next_look - self._now(), timedelta())
        raise SourceUnavailable(url.host, known.problem or "what it last said is too old", wait=wait)

    async def _look_once(self, key: str, *, host: str) -> _Known:
        """Single flight: whoever comes while a look is under way waits for that one; no caller's end cancels it."""
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = asyncio.create_task(self._look(key, host=host))
            look.add_done_callback(lambda _: self._looks.pop(key, None))
        return await asyncio.shield(look)

    async def _look(self, key: str, *, host: str) -> _Known:
        before = self._known.pop(key, None)
        try:
            known = await self._ask(key, before.copy if before else None, host=host)
        except SourceUnavailable as error:
            known = self._after_failure(before, error)
        self._known[key] = known
        if len(self._known) > self._policy.most_feeds:
            self._known.popitem(last=False)  # the one asked for longest ago
        return known

    async def _ask(self, key: str, copy: _Copy | None, *, host: str) -> _Known:
        fetched = await self._fetcher.get(key, headers=_request_headers(copy))
        now = self._now()
        if fetched.status == 304 and copy is not None:
            headlines = tuple(replace(headline, fetched_at=now) for headline in copy.headlines)
            copy = replace(copy, headlines=headlines, confirmed_at=now)
        elif fetched.status == 200:
            copy = await self._copy_of(fetched, host=host)
        else:
            pause = retry_after(fetched.headers, now=now)
            raise SourceUnavailable(host, f"answered with status {fetched.status}", wait=pause)
        return _Known(copy, next_look=now + self._policy.time_to_live(max_age(fetched.headers)))

    async def _copy_of(self, fetched: Fetched, *, host: str) -> _Copy:
        headlines = await self._read(fetched.body, charset=_charset(fetched.headers), source=host)
        return _Copy(
            headlines=headlines,
            confirmed_at=self._now(),
            etag=fetched.headers.get("etag"),
            last_modified=fetched.headers.get("last-modified"),
        )

    def _after_failure(self, before: _Known | None, error: SourceUnavailable) -> _Known:
        failures = before.failures + 1 if before else 1
        return _Known(
            copy=before.copy if before else None,
            next_look=self._now() + self._policy.pause(failures=failures, asked=error.wait),
            problem=str(error).removeprefix(f"{error.source}: "),
            failures=failures,
        )

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


def _request_headers(copy: _Copy | None) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if copy is not None and copy.etag:
        headers["If-None-Match"] = copy.etag
    if copy is not None and copy.last_modified:
        headers["If-Modified-Since"] = copy.last_modified
    return headers


def _charset(headers: httpx.Headers) -> str | None:
    _, _, parameter = headers.get("content-type", "").lower().partition("charset=")
    return parameter.split(";")[0].strip(" \"'") or None


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST_FEED + 1)
