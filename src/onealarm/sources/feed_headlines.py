"""From a parsed feed to headlines, the newest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from onealarm.briefing.facts import Headline
from onealarm.sources.feed_entries import Entry, ParsedFeed

_CLOCK_DIFFERENCE: Final = timedelta(minutes=10)
"""A publisher's clock may be this much ahead of ours."""

_NO_DATE: Final = datetime.min.replace(tzinfo=UTC)


def to_headlines(parsed: ParsedFeed, *, source: str, now: datetime, most: int) -> tuple[Headline, ...]:
    """At most ``most``. Those without a date, or with one still to come, stand last in the feed's own order."""
    headlines = [
        Headline(
            title=entry.title,
            publisher=parsed.title or source,
            url=entry.url,
            fetched_at=now,
            published_at=_past_date(entry, now=now),
        )
        for entry in parsed.entries
    ]
    headlines.sort(key=lambda headline: headline.published_at or _NO_DATE, reverse=True)
    return tuple(headlines[:most])


def _past_date(entry: Entry, *, now: datetime) -> datetime | None:
    date = entry.published_at
    return date if date is not None and date <= now + _CLOCK_DIFFERENCE else None
