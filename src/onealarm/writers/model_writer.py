"""The writer that lets a model tell what many hear (news, sport, markets), and takes all else from the templates."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Script, Section, SectionKind, Sentence
from onealarm.briefing.spoken import for_language
from onealarm.pipeline.ports import Due, Writer
from onealarm.pipeline.stories import Stories, StoryKind
from onealarm.writers.items import headlines_of, sentences_of
from onealarm.writers.settings import ToldSection

_KINDS: Final[Mapping[SectionKind, StoryKind]] = {"sport": "sport", "markets": "markets"}


class ModelWriter:
    """Implements ``Writer``. Of what the model tells nothing that holds, the template's words are said.

    ``told`` are the sections that the model tells: news once per edition and language, a game or a quote once per
    language for everybody who follows it.
    """

    def __init__(self, template: Writer, stories: Stories, *, told: Collection[ToldSection]) -> None:
        self._template = template
        self._stories = stories
        self._told = told

    async def write(self, facts: Facts, *, due: Due | None = None) -> Script:
        """Raises as the template's writer does, and never for the model."""
        language = facts.listener.language
        facts = replace(facts, stories=await self._news(facts, due)) if "news" in self._told else facts
        script = await self._template.write(facts, due=due)
        sections = await asyncio.gather(*(self._retold(one, language, due) for one in script.sections))
        return Script(tuple(sections))

    async def _news(self, facts: Facts, due: Due | None) -> dict[str, str]:
        """What the model makes of the headlines that are told, by their ids."""
        wanted = {one.id for one in facts.headlines}
        items = [headlines_of(edition) for edition in facts.editions if wanted & {one.id for one in edition.headlines}]
        language = facts.listener.language
        told = await asyncio.gather(*(self._stories.of("news", one, language=language, due=due) for one in items))
        return {id_: story.text for written in told for story in written for id_ in story.items[:1]}

    async def _retold(self, section: Section, language: str, due: Due | None) -> Section:
        """Each sentence of its own, so that whoever follows the same game hears the same; the opening stays."""
        if section.kind == "news" or section.kind not in self._told:
            return section
        opening, *sentences = section.sentences
        told = await asyncio.gather(*(self._one(section.kind, one, language, due) for one in sentences))
        return Section(section.kind, (opening, *told))

    async def _one(self, kind: SectionKind, sentence: Sentence, language: str, due: Due | None) -> Sentence:
        stories = await self._stories.of(_KINDS[kind], sentences_of(kind, [sentence]), language=language, due=due)
        if not stories:
            return sentence
        text = stories[0].text
        return Sentence(for_language(language).normalise(text), text)
