"""What somebody has heard before is not told him again, unless there is something new about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from onealarm.briefing.facts import Headline
from onealarm.briefing.headlines import same_story, telling_words

REMEMBERED_FOR: Final = timedelta(days=7)

MOST_REMEMBERED: Final = 60
"""Of one briefing: its headlines, and others that tell the same stories."""


def without_heard(headlines: Sequence[Headline], heard: Mapping[str, datetime]) -> tuple[Headline, ...]:
    """Those that tell nothing of ``heard``, in their order. ``heard`` are the ids of headlines and when each was told.

    A story is known by the headlines about it that are still there, whoever publishes them; one that was published
    after it was told is an update.
    """
    known = [(telling_words(one.title), heard[one.id]) for one in headlines if one.id in heard]
    if not known:
        return tuple(headlines)
    return tuple(one for one in headlines if not _is_old(one, known))


def _is_old(headline: Headline, known: Sequence[tuple[frozenset[str], datetime]]) -> bool:
    words = telling_words(headline.title)
    told = [told_at for story, told_at in known if same_story(words, story)]
    return bool(told) and (headline.published_at is None or headline.published_at <= max(told))


def to_remember(told: Iterable[Headline], headlines: Iterable[Headline]) -> tuple[str, ...]:
    """The ids of what is told, and of what tells the same stories; at most ``MOST_REMEMBERED``."""
    told = tuple(told)
    stories = [telling_words(one.title) for one in told]
    ids = dict.fromkeys(one.id for one in told)
    for other in headlines:
        words = telling_words(other.title)
        if any(same_story(words, story) for story in stories):
            ids[other.id] = None
    return tuple(ids)[:MOST_REMEMBERED]
