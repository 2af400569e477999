"""Headlines, each quoted as its publisher wrote it and named with its publisher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.quoting import quoted_whole
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling

MOST: Final = 5
LONGEST_HEADLINE: Final = 220
LONGEST_PUBLISHER: Final = 50


def news(facts: Facts, telling: Telling) -> Section | None:
    quoted = _quoted(facts, telling)
    if not quoted:
        return None
    phrases = telling.phrases.news
    opening = phrases.opening_one if len(quoted) == 1 else phrases.opening_several
    told = [_told(one, telling) for one in quoted]
    return Section("news", (telling.sentence(opening, "news"), *told))


@dataclass(frozen=True, slots=True)
class _Told:
    """A headline that can be spoken, and the story that a model made of it, if any."""

    title: Said
    publisher: str
    story: str | None


def _quoted(facts: Facts, telling: Telling) -> list[_Told]:
    """The first few that can be spoken; one that several publishers carry in the same words is told once."""
    found: dict[str, _Told] = {}
    marks = telling.phrases.news.quotation_marks
    for headline in facts.headlines:
        title = quoted_whole(headline.title, language=telling.language, limit=LONGEST_HEADLINE, marks=marks)
        if title is not None:
            told = _Told(title, headline.publisher, facts.stories.get(headline.id))
            found.setdefault(title.spoken.casefold(), told)
        if len(found) == MOST:
            break
    return list(found.values())


def _told(one: _Told, telling: Telling) -> Sentence:
    """The phrase depends on the headline, not on its place in the list, so that other lists share the clip."""
    title, phrases = one.title, telling.phrases.news
    if one.story is not None:
        return telling.sentence(("{story}",), "news", {"story": Said(one.story, one.story)})
    named = telling.words(one.publisher, "news", "publisher", limit=LONGEST_PUBLISHER)
    if named is None:
        return telling.sentence(phrases.alone, "news", {"headline": title}, seed=title.spoken)
    return telling.sentence(phrases.attributed, "news", {"headline": title, "publisher": named}, seed=title.spoken)
