"""The storyteller: items as a model tells them, once for the fleet, and only what holds."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from onealarm.briefing.spoken import Language, for_language
from onealarm.clock import Clock
from onealarm.errors import DatabaseUnavailable, OneAlarmError, safe_reason
from onealarm.events import Events, StoriesWritten, StoryDropped
from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due
from onealarm.pipeline.stories import Item, Story, StoryKind, WrittenStories
from onealarm.worker.database_time import DatabaseTime
from onealarm.writers import prompt
from onealarm.writers.grounding import flaw
from onealarm.writers.model import ModelClient

_TRIES: Final = 2
"""The answer, and once more where it cannot be used."""

_LONGEST: Final = timedelta(minutes=5)
_LOOK_AGAIN: Final = timedelta(milliseconds=250)
_WAITS: Final = timedelta(seconds=20)
"""For somebody else who writes; then headlines are quoted."""

_KEPT: Final = 5_000
"""Items that were told lately: as many games and quotes as a fleet follows in a day."""


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source_item_ids: list[str]
    spoken: str


class _Answer(BaseModel):
    items: list[_Sentence]


class Storyteller:
    """Implements ``onealarm.pipeline.stories.Stories``. Nothing that goes wrong here fails a briefing."""

    def __init__(
        self,
        model: ModelClient,
        written: WrittenStories,
        *,
        worker: WorkerId,
        time: DatabaseTime,
        clock: Clock,
        events: Events,
    ) -> None:
        self._model = model
        self._written = written
        self._worker = worker
        self._time = time
        self._clock = clock
        self._events = events
        self._under_way: dict[str, asyncio.Task[Sequence[Story]]] = {}
        self._known: dict[str, Sequence[Story]] = {}

    async def of(self, kind: StoryKind, items: Sequence[Item], *, language: str, due: Due | None) -> Sequence[Story]:
        if not items:
            return ()
        spoken = for_language(language)
        key = self._key(kind, items, spoken.code)
        if key in self._known:
            return self._known[key]
        telling = self._under_way.get(key)
        if telling is None:
            telling = self._under_way[key] = asyncio.create_task(self._tell(key, kind, items, spoken, due))
            telling.add_done_callback(lambda _: self._under_way.pop(key, None))
        try:
            async with asyncio.timeout(self._patience(due).total_seconds()):
                stories = await asyncio.shield(telling)
        except TimeoutError:
            return ()  # it is told on, for whoever has more time
        if stories:
            self._known[key] = stories
            while len(self._known) > _KEPT:
                self._known.pop(next(iter(self._known)))
        return stories

    def _patience(self, due: Due | None) -> timedelta:
        """How long one who wants stories waits for them, whoever else does: half of what he has."""
        return _LONGEST if due is None else max(min(_LONGEST, (due.latest - self._time.now()) / 2), timedelta())

    def _key(self, kind: StoryKind, items: Sequence[Item], code: str) -> str:
        asked = [prompt.VERSION, self._model.name, code, kind, [one.id for one in items]]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    async def _tell(
        self, key: str, kind: StoryKind, items: Sequence[Item], language: Language, due: Due | None
    ) -> Sequence[Story]:
        until = self._time.now() + _WAITS
        until = until if due is None else min(until, due.latest)
        try:
            while True:
                found = await self._written.find_or_claim(
                    key, kind=kind, language=language.code, model=self._model.name, worker=self._worker
                )
                if found.stories is not None:
                    return found.stories
                if found.token is not None:
                    return await self._write(key, kind, items, language, due, token=found.token)
                if self._time.now() >= until:
                    return ()
                await self._clock.sleep(_LOOK_AGAIN)
        except DatabaseUnavailable:
            return ()

    async def _write(
        self,
        key: str,
        kind: StoryKind,
        items: Sequence[Item],
        language: Language,
        due: Due | None,
        *,
        token: LeaseToken,
    ) -> Sequence[Story]:
        try:
            stories, charge = await self._ask(kind, items, language, due)
        except Exception as error:  # whatever a model's server makes of it, it costs its words and no more
            self._events.emit(StoriesWritten(self._model.name, 0, safe_reason(error)))
            await self._written.abandon(key, token=token)
            return ()
        except BaseException:
            await asyncio.shield(self._written.abandon(key, token=token))
            raise
        # Also where nothing holds: it was paid for, and is not asked again for these items.
        await self._written.finish(key, stories, token=token, charge=charge)
        self._events.emit(charge.told())
        self._events.emit(StoriesWritten(self._model.name, len(stories), None))
        return stories

    async def _ask(
        self, kind: StoryKind, items: Sequence[Item], language: Language, due: Due | None
    ) -> tuple[tuple[Story, ...], Charge]:
        """The stories that hold of the better of two answers, and what both cost."""
        question = asked = prompt.messages(kind, items, language=language.code)
        best: list[Story] = []
        paid: Charge | None = None
        for _ in range(_TRIES):
            try:
                reply = await self._model.ask(asked, schema=prompt.SCHEMA, name=kind, due=due)
            except OneAlarmError:
                if paid is None:
                    raise
                break  # the first answer was paid for, and what holds of it is kept
            paid = reply.charge if paid is None else paid.plus(reply.charge)
            told, problems = self._judge(reply.text, reply.problem, items, language)
            best = max(best, told, key=len)
            if not problems:
                break
            asked = [*question, *prompt.again(problems, reply.text or "")]
        assert paid is not None, "it was asked at least once"
        return tuple(best), paid

    def _judge(
        self, text: str | None, problem: str | None, items: Sequence[Item], language: Language
    ) -> tuple[list[Story], list[str]]:
        """What holds of an answer, and what is wrong with the rest."""
        if text is None:
            return [], [problem or "there is no answer"]
        try:
            sentences = _Answer.model_validate_json(_bare(text)).items
        except ValidationError:
            return [], ["it is not JSON of the form that was asked for"]
        known = {one.id: one for one in items}
        told, problems = [], []
        for sentence in sentences[: 2 * len(items)]:
            wrong = _wrong(sentence, known, language)
            if wrong is None:
                told.append(Story(" ".join(sentence.spoken.split()), tuple(sentence.source_item_ids)))
            else:
                self._events.emit(StoryDropped(wrong))
                problems.append(f"{sentence.spoken[:120]!r}: {wrong}")
        return told, problems


def _wrong(sentence: _Sentence, known: dict[str, Item], language: Language) -> str | None:
    """Why a sentence must not be said; None when it may be."""
    cited = [known[one] for one in sentence.source_item_ids if one in known]
    if not cited or len(cited) < len(sentence.source_item_ids):
        return "an item that was not given"
    # One of the items has to bear all of it: of two together, one's figure could be told of the other.
    flaws = [flaw(sentence.spoken, [one.text], language=language, ordered=one.ordered) for one in cited]
    return None if None in flaws else flaws[0]


def _bare(text: str) -> str:
    """Without the fence that models like to put around JSON."""
    inner = text.strip()
    if inner.startswith("```"):
        inner = inner.removeprefix("```json").removeprefix("```").removesuffix("```")
    return inner.strip()
