"""The writer of whole scripts: a model tells all of one briefing in one go, as one text that flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Script, Section, Sentence
from onealarm.briefing.spoken import for_language
from onealarm.pipeline.ports import Due, Writer
from onealarm.pipeline.stories import Item, Stories
from onealarm.writers.items import id_of, sentences_of


class BespokeWriter:
    """Implements ``Writer``.

    The model is given the script of the templates, sentence by sentence, and writes another that says the same; what
    of it does not hold is not said, and what it left out stays as it was. Sentences with something of
    the listener's (a name, a label, the calendar, a client's weather) are never given away, and stay as they are.
    """

    def __init__(self, template: Writer, stories: Stories) -> None:
        self._template = template
        self._stories = stories

    async def write(self, facts: Facts, *, due: Due | None = None) -> Script:
        """Raises as the template's writer does, and never for the model."""
        script = await self._template.write(facts, due=due)
        language = facts.listener.language
        items = [item for section in script.sections for item in sentences_of(section.kind, section.sentences)]
        told: defaultdict[str, list[Sentence]] = defaultdict(list)
        covered: set[str] = set()
        for story in await self._stories.of("bespoke", _each_once(items), language=language, due=due):
            sentence = Sentence(for_language(language).normalise(story.text), story.text)
            told[story.items[0]].append(sentence)
            covered.update(story.items)
        return Script(tuple(_retold(section, told, covered) for section in script.sections))


def _each_once(items: list[Item]) -> list[Item]:
    return list({item.id: item for item in items}.values())


def _retold(section: Section, told: Mapping[str, Sequence[Sentence]], covered: Collection[str]) -> Section:
    """Each sentence as the model tells it, in its place; what it left out, and what is sealed, as it was."""
    sentences: list[Sentence] = []
    for one in section.sentences:
        if one.sealed or (id_ := id_of(one)) not in covered:
            sentences.append(one)
        else:
            sentences += told.get(id_, ())
    return Section(section.kind, tuple(sentences)) if sentences else section
