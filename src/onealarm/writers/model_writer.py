"""The writer that lets a model tell the news, and takes all else from the templates."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Script
from onealarm.pipeline.ports import Due, Writer
from onealarm.pipeline.stories import Stories


class ModelWriter:
    """Implements ``Writer``. A headline of which the model tells nothing that holds is quoted."""

    def __init__(self, template: Writer, stories: Stories) -> None:
        self._template = template
        self._stories = stories

    async def write(self, facts: Facts, *, due: Due | None = None) -> Script:
        """Raises as the template's writer does, and never for the model."""
        wanted = {one.id for one in facts.headlines}
        editions = [edition for edition in facts.editions if wanted & {one.id for one in edition.headlines}]
        language = facts.listener.language
        told = await asyncio.gather(*(self._stories.of(one, language=language, due=due) for one in editions))
        stories = {id_: story.text for written in told for story in written for id_ in story.headlines[:1]}
        return await self._template.write(replace(facts, stories=stories), due=due)
