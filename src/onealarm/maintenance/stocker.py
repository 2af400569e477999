"""Lays in the stock briefing of every voice, before any alarm needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from onealarm.briefing.facts import Listener
from onealarm.briefing.stock import stock_script
from onealarm.briefing.voices import VOICES
from onealarm.errors import OneAlarmError
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.pipeline import speak_script
from onealarm.pipeline.speak import Speaker


class Stock(Protocol):
    """The stock on the shelf. The implementation is ``onealarm.postgres.audio``."""

    async def stocked_voices(self, engine: str) -> set[str]: ...

    async def save_stock(self, briefing: Briefing) -> None: ...


class Stocker:
    """The floor: whatever fails later, there is something to play in the listener's voice."""

    name = "stocker"
    SELDOM: Final = timedelta(minutes=10)
    SOON: Final = timedelta(seconds=10)

    def __init__(self, *, stock: Stock, speaker: Speaker, voices: Sequence[str] = VOICES) -> None:
        self._stock = stock
        self._speaker = speaker
        self._voices = voices
        self._complete = False

    @property
    def every(self) -> timedelta:
        """Seldom, unless a voice could not be laid in."""
        return self.SELDOM if self._complete else self.SOON

    @property
    def engine(self) -> str:
        """The engine whose voices are laid in."""
        return self._speaker.engine

    async def missing(self) -> list[str]:
        """The voices without a stock briefing."""
        there = await self._stock.stocked_voices(self.engine)
        return [voice for voice in self._voices if voice not in there]

    async def run_once(self) -> int:
        """Each missing voice is tried. Raises what the last failing one raised, when all have been."""
        failure: OneAlarmError | None = None
        missing = await self.missing()
        for voice in missing:
            try:
                await self._lay_in(voice)
            except OneAlarmError as error:
                failure = error
        self._complete = failure is None
        if failure is not None:
            raise failure
        return len(missing)

    async def _lay_in(self, voice: str) -> None:
        listener = Listener(voice=voice)
        briefing = await speak_script(stock_script(), listener=listener, speaker=self._speaker, tier="stock")
        await self._stock.save_stock(briefing)
