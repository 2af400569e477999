"""The model that counts: it writes the news of a category once per edition for everybody, about 690 characters long."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from onealarm.bench.cost import prices
from onealarm.bench.cost.books import pay_for_news
from onealarm.bench.cost.content import COUNTRIES, holiday_of
from onealarm.bench.cost.providers import UNKNOWN, Bill, Call, digest
from onealarm.briefing.facts import Edition, Facts
from onealarm.briefing.script import Script, Section, Sentence
from onealarm.pipeline.gather import Gather, Wish
from onealarm.pipeline.ports import Due, Writer
from onealarm.postgres.database import Database

_SENTENCES: Final = 6
_SENTENCE: Final = 115
"""Characters."""

_HOLIDAYS: Final = 10
"""One alarm in so many rings on one."""

_WORDS: Final = (
    "the council", "a new bridge", "several regions", "this week", "officials said", "after long talks", "the ministry",
    "early figures", "a second vote", "researchers", "local schools", "the harbour", "two companies", "later today",
    "a joint plan", "public transport", "the northern line", "independent experts", "a wider review", "the report",
)  # fmt: skip


@dataclass
class Sections:
    """Which part of a briefing a text belongs to, of all that was written in this process."""

    _kinds: dict[str, str] = field(default_factory=dict)

    def note(self, script: Script) -> None:
        for section in script.sections:
            for sentence in section.sentences:
                self._kinds.setdefault(sentence.text, section.kind)

    def of(self, text: str) -> str:
        return self._kinds.get(text, UNKNOWN)


class HolidayGather(Gather):
    """Of the calendar's holidays a day has many or none; here every tenth listener has one, by his number."""

    async def facts(self, wish: Wish) -> Facts:
        facts = await super().facts(wish)
        has_one = wish.user_id is not None and wish.user_id.int % _HOLIDAYS == 0
        country = wish.listener.country
        return replace(facts, holidays=(holiday_of(country),) if has_one and country in COUNTRIES else ())


class CountingWriter:
    """Implements ``Writer``: what ``inner`` writes, with the news as a model told them once for the fleet.

    ``database`` holds which news were paid for: the first process to write some pays.
    """

    def __init__(self, inner: Writer, *, bill: Bill, database: Database, edition: int, sections: Sections) -> None:
        self._inner = inner
        self._bill = bill
        self._database = database
        self._edition = edition
        self._sections = sections
        self._written: dict[str, tuple[Sentence, ...]] = {}
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def write(self, facts: Facts, *, due: Due | None = None) -> Script:
        del due
        script = await self._inner.write(facts)
        news = [await self._news(edition) for edition in facts.editions if edition.headlines]
        script = Script(tuple(_told(section, news) for section in script.sections))
        self._sections.note(script)
        return script

    async def _news(self, edition: Edition) -> tuple[Sentence, ...]:
        async with self._writing[edition.topic]:
            if edition.topic not in self._written:
                await self._pay(edition)
                self._written[edition.topic] = _sentences(edition)
        return self._written[edition.topic]

    async def _pay(self, edition: Edition) -> None:
        key, usd = digest("writing", str(self._edition), edition.topic), prices.writing_usd(*prices.SHARED_NEWS)
        if await pay_for_news(self._database, key, usd):
            self._bill.add(Call("writing", "news", 0, usd, key))


def _told(section: Section, news: Sequence[tuple[Sentence, ...]]) -> Section:
    """The announcement of the news stays as it is."""
    if section.kind != "news" or not news:
        return section
    return Section("news", (section.sentences[0], *(sentence for told in news for sentence in told)))


def _sentences(edition: Edition) -> tuple[Sentence, ...]:
    """The same for the same headlines, whoever writes them."""
    draw = Random("/".join(headline.id for headline in edition.headlines))  # noqa: S311 - words, no secrets
    return tuple(_sentence(draw) for _ in range(_SENTENCES))


def _sentence(draw: Random) -> Sentence:
    text = draw.choice(_WORDS).capitalize()
    while len(text) < _SENTENCE - len(_WORDS[0]):
        text += f" {draw.choice(('and', 'with', 'for', 'near', 'before'))} {draw.choice(_WORDS)}"
    return Sentence(text=f"{text}.", display=f"{text}.")
