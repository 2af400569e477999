"""Headlines, each quoted as its publisher wrote it and named with its publisher."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from onealarm.briefing.facts import Facts, Headline
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.quoting import quoted_whole
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling

MOST: Final = 5
LONGEST_HEADLINE: Final = 220
LONGEST_PUBLISHER: Final = 50


def news(facts: Facts, telling: Telling) -> Section | None:
    quoted = _quoted(facts.headlines, telling)
    if not quoted:
        return None
    phrases = telling.phrases.news
    opening = phrases.opening_one if len(quoted) == 1 else phrases.opening_several
    told = [_told(title, publisher, telling) for title, publisher in quoted]
    return Section("news", (telling.sentence(opening, "news"), *told))


def _quoted(headlines: Iterable[Headline], telling: Telling) -> list[tuple[Said, str]]:
    """The first few that can be spoken; one that several publishers carry in the same words is told once."""
    found: dict[str, tuple[Said, str]] = {}
    marks = telling.phrases.news.quotation_marks
    for headline in headlines:
        title = quoted_whole(headline.title, language=telling.language, limit=LONGEST_HEADLINE, marks=marks)
        if title is not None:
            found.setdefault(title.spoken.casefold(), (title, headline.publisher))
        if len(found) == MOST:
            break
    return list(found.values())


def _told(title: Said, publisher: str, telling: Telling) -> Sentence:
    """The phrase depends on the headline, not on its place in the list, so that other lists share the clip."""
    phrases = telling.phrases.news
    named = telling.words(publisher, "news", "publisher", limit=LONGEST_PUBLISHER)
    if named is None:
        return telling.sentence(phrases.alone, "news", {"headline": title}, seed=title.spoken)
    return telling.sentence(phrases.attributed, "news", {"headline": title, "publisher": named}, seed=title.spoken)
