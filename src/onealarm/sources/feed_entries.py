"""Reads titles, links and dates out of a prepared feed. Runs in a child process: a hostile document can be slow."""

from __future__ import annotations

import calendar
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax import SAXException

import feedparser

from onealarm.sources.plain import plain_text, web_link

LONGEST_TITLE: Final = 250
LONGEST_PUBLISHER: Final = 80
"""Characters, each."""

_CLOSING_ROOT: Final = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>(?:\s|<!--.*?-->)*\Z", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed; ``published_at`` is None when the feed gives no date that can be read."""

    title: str
    url: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's title (None without one) and its entries that have a title, in the feed's order."""

    title: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a document gives no feed. A value, so that it crosses the border between processes as it is."""

    reason: str


def read_entries(document: str) -> ParsedFeed | Unreadable:
    """Parse a document that ``prepare`` returned."""
    source = io.BytesIO(document.encode("utf-8", errors="replace"))  # bytes or text would be tried as a file name
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(source, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # the parser lets errors of many kinds through for broken documents
        return Unreadable(f"cannot be parsed ({type(error).__name__})")
    if not parsed.version:
        return Unreadable("neither RSS nor Atom")
    if isinstance(parsed.get("bozo_exception"), SAXException) and not _CLOSING_ROOT.search(document[-2_000:]):
        return Unreadable("ends too early")
    entries = tuple(entry for entry in map(_entry, parsed.entries) if entry is not None)
    return ParsedFeed(title=plain_text(parsed.feed.get("title"), longest=LONGEST_PUBLISHER), entries=entries)


def _entry(item: dict[str, Any]) -> Entry | None:
    title = plain_text(item.get("title"), longest=LONGEST_TITLE)
    if title is None:
        return None
    return Entry(title=title, url=web_link(item.get("link")), published_at=_date(item))


def _date(item: dict[str, Any]) -> datetime | None:
    # Read past the library's own lookup, which answers one date with the other and warns of it.
    date = dict.get(item, "published_parsed") or dict.get(item, "updated_parsed")
    if date is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(date), tz=UTC)
    except (OverflowError, ValueError):
        return None
