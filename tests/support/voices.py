"""A vendor of speech for tests: speaks tones at once, and fails, hangs and waits when it is told to."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable

import numpy as np

from onealarm.audio.segment import Recording
from onealarm.pipeline.ports import Due, Utterance

RATE = 22_050


class ScriptedVoice:
    """Implements ``onealarm.pipeline.ports.Voice``. ``calls`` counts what it was asked to say."""

    engine = "scripted-1"

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.failures: list[Exception] = []
        """Raised one by one before it speaks again."""
        self.held: asyncio.Event | None = None
        """While it is there and not set, nothing is spoken."""
        self.asked = asyncio.Event()
        self.when_asked: Callable[[str], None] = lambda _: None

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        self.calls[text] += 1
        self.asked.set()
        self.when_asked(text)
        if self.failures:
            raise self.failures.pop(0)
        if self.held is not None:
            await self.held.wait()
        return Utterance(tone(f"{voice}:{language}:{text}"))


def tone(seed: str) -> Recording:
    """Half a second or more of a tone of its own for every seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    seconds, pitch = 0.5 + digest[0] / 256, 150 + digest[1]
    time = np.arange(int(seconds * RATE)) / RATE
    wave = 0.3 * np.sin(2 * np.pi * pitch * time) * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))
    return Recording((wave * 32_767 / 1.5).astype("<i2").tobytes(), RATE)
