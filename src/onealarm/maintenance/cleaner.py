"""Ends audio whose time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class AgeingAudio(Protocol):
    """Published audio, as the cleaner needs it. The implementation is ``onealarm.postgres.audio``."""

    async def expire(self) -> int:
        """End what is older than 48 hours after its ring; returns how many."""
        ...


class Cleaner:
    """Audio is kept for 48 hours after its ring."""

    name = "cleaner"
    every = timedelta(minutes=1)

    def __init__(self, audio: AgeingAudio) -> None:
        self._audio = audio

    async def run_once(self) -> int:
        return await self._audio.expire()
