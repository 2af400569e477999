"""Speaks what many will hear before the first of them is due, so that a wave begins with its shared sound ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.briefing.script import Sentence
from onealarm.briefing.spoken import for_language
from onealarm.errors import OneAlarmError, Permanent
from onealarm.jobs.job import Job
from onealarm.pipeline.gather import Gather, Wish, Wishes
from onealarm.pipeline.ports import Writer
from onealarm.pipeline.speak import Speaker

AHEAD: Final = timedelta(hours=1)
"""Jobs that come due within so long."""

MOST_AUDIENCES: Final = 100
"""Scripts in one run."""

_MOST_SENTENCES: Final = 400
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Audience:
    """Listeners of one minute, zone, place, voice, language and taste, by the first of their jobs.

    They hear the same but for what is personal. ``alarms``: how many they are.
    """

    job: Job
    alarms: int


class Audiences(Protocol):
    """Who comes next. The implementation is ``onealarm.postgres.prewarming``."""

    async def coming(self, *, ahead: timedelta, most: int) -> Sequence[Audience]:
        """Of the jobs that come due within ``ahead``; the earliest ring first, then the largest."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """A sentence for several: ``alarms`` wait for it, the first of which rings at ``first``."""

    sentence: Sentence
    voice: str
    language: str
    alarms: int
    first: datetime


class Prewarmer:
    """A service of any worker: two that want the same sentence are one flight, as with briefings.

    ``has_room``: whether there is nothing better to do. It is asked before every few sentences.
    """

    name = "prewarmer"
    every = timedelta(minutes=1)

    def __init__(
        self,
        audiences: Audiences,
        *,
        wishes: Wishes,
        gather: Gather,
        writer: Writer,
        speaker: Speaker,
        has_room: Callable[[], bool],
    ) -> None:
        self._audiences = audiences
        self._wishes = wishes
        self._gather = gather
        self._writer = writer
        self._speaker = speaker
        self._has_room = has_room
        self._warm: set[tuple[str, str, str]] = set()

    async def run_once(self) -> int:
        """Returns how many sentences were looked after that were not before."""
        if not self._has_room():
            return 0
        wanted = in_order(await self._heard())
        self._warm &= {_sound(one) for one in wanted}  # no more is remembered than is still to be heard
        cold = [one for one in wanted if _sound(one) not in self._warm][:_MOST_SENTENCES]
        done = 0
        for begin in range(0, len(cold), _AT_ONCE):
            if not self._has_room():
                break
            done += await self._speak(cold[begin : begin + _AT_ONCE])
        return done

    async def _heard(self) -> list[Shared]:
        """All that the audiences will hear and that is nobody's own."""
        heard: list[Shared] = []
        for audience in await self._audiences.coming(ahead=AHEAD, most=MOST_AUDIENCES):
            if not self._has_room():
                break
            try:
                wish = await self._wishes.load(audience.job)
            except Permanent:
                continue  # it was edited meanwhile, and is another audience's
            script = await self._writer.write(await self._gather.facts(_everybodys(wish)))
            voice, language = wish.listener.voice, for_language(wish.listener.language).code
            heard += (
                Shared(sentence, voice, language, audience.alarms, audience.job.ring_at)
                for section in script.sections
                for sentence in section.sentences
                if not sentence.sealed
            )
        return heard

    async def _speak(self, some: Sequence[Shared]) -> int:
        """One voice and language at a time. What cannot be spoken is left to the briefings that need it."""
        done = 0
        for voice, language in dict.fromkeys((one.voice, one.language) for one in some):
            mine = [one for one in some if (one.voice, one.language) == (voice, language)]
            try:
                await self._speaker.speak([one.sentence for one in mine], voice=voice, language=language)
            except OneAlarmError:
                continue  # the voice has told; a job would be retried, this comes again in a minute
            self._warm |= {_sound(one) for one in mine}
            done += len(mine)
        return done


def _everybodys(wish: Wish) -> Wish:
    """Without what is the first listener's alone: his calendar is not read, and what he has heard is not noted."""
    return replace(wish, user_id=None, listener=replace(wish.listener, calendar_url=None))


def in_order(heard: Iterable[Shared]) -> list[Shared]:
    """Each sound once, with all who wait for it; those of more than one, by earliest ring, then by most alarms."""
    found: dict[tuple[str, str, str], Shared] = {}
    for one in heard:
        before = found.get(_sound(one))
        alarms = one.alarms + (0 if before is None else before.alarms)
        first = one.first if before is None else min(one.first, before.first)
        found[_sound(one)] = Shared(one.sentence, one.voice, one.language, alarms, first)
    return sorted((one for one in found.values() if one.alarms > 1), key=lambda one: (one.first, -one.alarms))


def _sound(one: Shared) -> tuple[str, str, str]:
    return one.voice, one.language, one.sentence.text
