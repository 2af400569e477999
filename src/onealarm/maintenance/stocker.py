"""Lays in the stock briefing of every voice in every language, before any alarm needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from onealarm.briefing.facts import Listener
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.stock import StockVoice, stock_script
from onealarm.briefing.voices import VOICES
from onealarm.errors import OneAlarmError
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.pipeline import speak_script
from onealarm.pipeline.speak import Speaker


class Stock(Protocol):
    """The stock on the shelf. The implementation is ``onealarm.postgres.audio``."""

    async def stocked_voices(self, engine: str) -> set[StockVoice]: ...

    async def save_stock(self, briefing: Briefing, *, language: str) -> None: ...


class Stocker:
    """The floor: whatever fails later, there is something to play in the listener's voice and language."""

    name = "stocker"
    SELDOM: Final = timedelta(minutes=10)
    SOON: Final = timedelta(seconds=10)

    def __init__(
        self,
        *,
        stock: Stock,
        speaker: Speaker,
        voices: Sequence[str] = VOICES,
        languages: Sequence[str] = LANGUAGES,
    ) -> None:
        self._stock = stock
        self._speaker = speaker
        self.wanted = [StockVoice(voice, language) for language in languages for voice in voices]
        self._complete = False

    @property
    def every(self) -> timedelta:
        """Seldom, unless a voice could not be laid in."""
        return self.SELDOM if self._complete else self.SOON

    @property
    def engine(self) -> str:
        """The engine whose voices are laid in."""
        return self._speaker.engine

    async def missing(self) -> list[StockVoice]:
        """The voices without a stock briefing."""
        there = await self._stock.stocked_voices(self.engine)
        return [one for one in self.wanted if one not in there]

    async def run_once(self) -> int:
        """Each missing voice is tried. Raises what the last failing one raised, when all have been."""
        failure: OneAlarmError | None = None
        missing = await self.missing()
        for one in missing:
            try:
                await self._lay_in(one)
            except OneAlarmError as error:
                failure = error
        self._complete = failure is None
        if failure is not None:
            raise failure
        return len(missing)

    async def _lay_in(self, one: StockVoice) -> None:
        listener = Listener(voice=one.voice, language=one.language)
        script = stock_script(one.language)
        briefing = await speak_script(script, listener=listener, speaker=self._speaker, tier="stock")
        await self._stock.save_stock(briefing, language=one.language)
