"""The pipeline: ``Job → Facts → Script → Segments → Briefing``, then published."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from onealarm.briefing.facts import Listener
from onealarm.briefing.script import Script
from onealarm.briefing.shorten import shorten
from onealarm.briefing.spoken import for_language
from onealarm.errors import LeaseLost
from onealarm.jobs.deadline import deadline
from onealarm.jobs.job import Job
from onealarm.pipeline.assemble import Spoken, assemble
from onealarm.pipeline.briefing import Briefing, Tier
from onealarm.pipeline.gather import Gather, Wish, Wishes
from onealarm.pipeline.ports import Due, Tiers, Writer
from onealarm.pipeline.publish import Publisher
from onealarm.pipeline.speak import Speaker

SHORTENED: Final = "too much to do"
"""The reason of a short briefing."""


async def speak_script(
    script: Script,
    *,
    listener: Listener,
    speaker: Speaker,
    tier: Tier,
    reason: str | None = None,
    due: Due | None = None,
) -> Briefing:
    """Find or speak every sentence of a script, in one go, and put the briefing together."""
    sentences = [sentence for section in script.sections for sentence in section.sentences]
    language = for_language(listener.language).code  # "en-US" and "en" are one sound
    segments = iter(await speaker.speak(sentences, voice=listener.voice, language=language, due=due))
    spoken = [Spoken(section, tuple(next(segments) for _ in section.sentences)) for section in script.sections]
    return assemble(spoken, engine=speaker.engine, voice=listener.voice, tier=tier, reason=reason)


class Pipeline:
    """Makes the briefing of a job and publishes it."""

    def __init__(
        self,
        *,
        wishes: Wishes,
        gather: Gather,
        writer: Writer,
        speaker: Speaker,
        publisher: Publisher,
        tiers: Tiers | None = None,
    ) -> None:
        self._wishes = wishes
        self._gather = gather
        self._writer = writer
        self._speaker = speaker
        self._publisher = publisher
        self._tiers = tiers

    async def run(self, job: Job) -> Briefing:
        """From the job to the published briefing. Raises ``LeaseLost``, and what a stage raises."""
        wish = await self._wishes.load(job)
        if not await self._publisher.start(job, voice=wish.listener.voice):
            raise LeaseLost(f"job {job.id} was taken over before it was begun")
        facts = await self._gather.facts(wish)
        script = await self._writer.write(facts)
        due = Due(ring_at=job.ring_at, latest=deadline(job.ring_at))
        briefing = await self._speak(script, wish, self._tier(job, wish), due)
        briefing = replace(briefing, credits=facts.credits)
        if not await self._publisher.publish(job, briefing, version=wish.version):
            raise LeaseLost(f"job {job.id} was taken over, or its wish edited, while it was worked")
        return briefing

    def _tier(self, job: Job, wish: Wish) -> Tier:
        return "full" if self._tiers is None else self._tiers.tier(job.user_id, on=wish.ring_at.date())

    async def _speak(self, script: Script, wish: Wish, tier: Tier, due: Due) -> Briefing:
        if tier == "full":
            return await speak_script(script, listener=wish.listener, speaker=self._speaker, tier=tier, due=due)
        return await speak_script(
            shorten(script), listener=wish.listener, speaker=self._speaker, tier=tier, reason=SHORTENED, due=due
        )
