"""The pipeline: ``Job → Facts → Script → Segments → Briefing``, then published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from onealarm.audio.segment import SAMPLE_RATE, Segment
from onealarm.briefing.facts import Facts, Listener
from onealarm.briefing.learning import arrange, learn
from onealarm.briefing.length import cut, estimate, fit
from onealarm.briefing.script import Script
from onealarm.briefing.shorten import shorten
from onealarm.briefing.spoken import for_language
from onealarm.errors import BadInput, LeaseLost, Permanent, VoiceFailed, safe_reason
from onealarm.jobs.job import Job
from onealarm.pipeline.assemble import BETWEEN_SENTENCES, Spoken, assemble
from onealarm.pipeline.briefing import Briefing, Tier
from onealarm.pipeline.gather import Gather, Wish, Wishes
from onealarm.pipeline.ladder import TOO_MUCH, Engine, Rung, latest, rungs, share
from onealarm.pipeline.ports import Choice, Due, Tiers, Writer
from onealarm.pipeline.publish import Publisher
from onealarm.pipeline.speak import Speaker

_NO_TIME: Final = "there was no time for it"


async def speak_script(
    script: Script,
    *,
    listener: Listener,
    speaker: Speaker,
    tier: Tier,
    reason: str | None = None,
    due: Due | None = None,
) -> Briefing:
    """Find or speak every sentence of a script, in one go, and put the briefing together.

    What would take too long is left out: before it is spoken as far as that can be told, and else when it is measured.
    """
    script = cut(script, fit(script, estimate(script), pause=BETWEEN_SENTENCES))
    sentences = [sentence for section in script.sections for sentence in section.sentences]
    language = for_language(listener.language).code  # "en-US" and "en" are one sound
    segments = iter(await speaker.speak(sentences, voice=listener.voice, language=language, due=due))
    spoken = [[next(segments) for _ in section.sentences] for section in script.sections]
    kept = fit(script, [[_length(one) for one in section] for section in spoken], pause=BETWEEN_SENTENCES)
    heard = [
        tuple(section[index] for index in indexes) for section, indexes in zip(spoken, kept, strict=True) if indexes
    ]
    parts = [Spoken(section, said) for section, said in zip(cut(script, kept).sections, heard, strict=True)]
    return assemble(parts, engine=speaker.engine, voice=listener.voice, tier=tier, reason=reason)


def _length(segment: Segment) -> timedelta:
    return timedelta(seconds=(segment.end - segment.onset) / SAMPLE_RATE)


class Pipeline:
    """Makes the briefing of a job and publishes it.

    ``engines`` come in the order of preference, a local one last. ``template`` writes what nobody is paid for.
    """

    def __init__(
        self,
        *,
        wishes: Wishes,
        gather: Gather,
        writer: Writer,
        template: Writer,
        engines: Sequence[Engine],
        publisher: Publisher,
        tiers: Tiers,
        now: Callable[[], datetime],
    ) -> None:
        self._wishes = wishes
        self._gather = gather
        self._writer = writer
        self._template = template
        self._engines = engines
        self._publisher = publisher
        self._now = now
        self._tiers = tiers

    async def run(self, job: Job) -> Briefing:
        """From the job to the published briefing. Raises ``LeaseLost``, and what a stage raises."""
        wish = await self._wishes.load(job)
        if not await self._publisher.start(job, voice=wish.listener.voice):
            raise LeaseLost(f"job {job.id} was taken over before it was begun")
        facts = await self._gather.facts(wish)
        due = Due(ring_at=job.ring_at, latest=latest(job.ring_at, now=self._now()))
        choice = await self._tiers.choose(job.user_id, on=wish.ring_at.date(), ring_at=job.ring_at)
        try:
            briefing = await self._make(facts, wish, choice, due)
            briefing = replace(briefing, credits=facts.credits, missing=facts.missing)
        finally:
            self._tiers.settle(choice)
        if not await self._publisher.publish(job, briefing, version=wish.version):
            raise LeaseLost(f"job {job.id} was taken over, or its wish edited, while it was worked")
        return briefing

    async def _make(self, facts: Facts, wish: Wish, choice: Choice, due: Due) -> Briefing:
        """The best briefing that can be made in time. Raises what the last rung raises."""
        tier, reason = choice.tier, choice.reason
        script = await (self._template if tier == "local" else self._writer).write(facts, due=due)
        if wish.reactions is not None:
            day = wish.ring_at.date()
            script = arrange(script, learn(wish.reactions, on=day), on=day)
        is_short = tier == "short" or (tier == "local" and reason == TOO_MUCH)
        script = shorten(script) if is_short else script
        *better, last = rungs(tier, self._engines)
        for below, rung in zip(range(len(better), 0, -1), better, strict=True):
            try:
                return await self._try(rung, script, wish, due, below=below, reason=reason)
            except (VoiceFailed, Permanent, BadInput) as error:
                reason = safe_reason(error)
            except TimeoutError:
                reason = f"{rung.engine.speaker.engine}: {_NO_TIME}"
        return await speak_script(
            script, listener=wish.listener, speaker=last.engine.speaker, tier=last.tier, reason=reason, due=due
        )

    async def _try(
        self, rung: Rung, script: Script, wish: Wish, due: Due, *, below: int, reason: str | None
    ) -> Briefing:
        """Raises ``TimeoutError`` when it takes so long that there would be no time for what is below."""
        within = share(due.latest - self._now(), below=below)
        async with asyncio.timeout(max(within, timedelta()).total_seconds()):
            return await speak_script(
                script,
                listener=wish.listener,
                speaker=rung.engine.speaker,
                tier=rung.tier,
                reason=reason,
                due=Due(ring_at=due.ring_at, latest=self._now() + within),
            )
