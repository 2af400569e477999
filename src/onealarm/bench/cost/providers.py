"""Providers that count: every call is written down as it is made, as on a bill, also that of who dies over it."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np

from onealarm.audio.segment import Recording
from onealarm.bench.cost import prices
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due, Utterance

Service = Literal["speech", "writing", "naive speech", "naive writing"]

UNKNOWN: Final = "?"
"""The section of a text that no script held."""

_RATE: Final = 24_000
_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its provider saw it. ``section`` is what the text is part of; the same work has the same ``key``."""

    service: Service
    section: str
    characters: int
    usd: float
    key: str

    def line(self) -> str:
        return f"{self.service}\t{self.section}\t{self.characters}\t{self.usd!r}\t{self.key}\n"

    @classmethod
    def read(cls, line: str) -> Self:
        service, section, characters, usd, key = line.rstrip("\n").split("\t")
        return cls(service, section, int(characters), float(usd), key)  # type: ignore[arg-type]


class Bill:
    """A file of calls to which several processes append; each line is written in one piece."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, call: Call) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, call.line().encode())
        finally:
            os.close(handle)

    def calls(self) -> Iterable[Call]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as lines:
            yield from map(Call.read, lines)


@dataclass(slots=True)
class Sum:
    """Of some calls."""

    calls: int = 0
    characters: int = 0
    usd: float = 0.0

    def add(self, call: Call) -> None:
        self.calls += 1
        self.characters += call.characters
        self.usd += call.usd


@dataclass(slots=True)
class Counted:
    """A bill summed up. ``speech`` is by section; ``repeated`` counts calls beyond the first for the same key."""

    speech: dict[str, Sum] = field(default_factory=dict)
    writing: Sum = field(default_factory=Sum)
    naive_speech: Sum = field(default_factory=Sum)
    naive_writing: Sum = field(default_factory=Sum)
    repeated: Counter[str] = field(default_factory=Counter)


def count(calls: Iterable[Call]) -> Counted:
    counted, keys = Counted(), Counter[str]()
    for call in calls:
        match call.service:
            case "speech":
                counted.speech.setdefault(call.section, Sum()).add(call)
                keys[call.key] += 1
            case "writing":
                counted.writing.add(call)
                keys[call.key] += 1
            case "naive speech":
                counted.naive_speech.add(call)
            case "naive writing":
                counted.naive_writing.add(call)
    counted.repeated = Counter({key: number - 1 for key, number in keys.items() if number > 1})
    return counted


class CountingVoice:
    """Implements ``onealarm.pipeline.ports.Voice``: charges for the whole text, and gives a short real sound at once.

    ``section_of`` says what part of a briefing a text is.
    """

    engine = "counting-1"

    def __init__(self, bill: Bill, *, section_of: Callable[[str], str]) -> None:
        self._bill = bill
        self._section_of = section_of

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        del due
        characters = len(text)
        usd = prices.speech_usd(characters)
        key = digest("speech", voice, language, text)
        self._bill.add(Call("speech", self._section_of(text), characters, usd, key))
        charge = Charge(
            prices.PROVIDER,
            prices.SPEECH_MODEL,
            tokens=prices.speech_tokens(characters),
            characters=characters,
            usd=usd,
        )
        return Utterance(sound(), charge)


class Naive:
    """The other design: for each alarm a script of its own, and a speech call for it."""

    def __init__(self, bill: Bill) -> None:
        self._bill = bill

    def make(self, text: str) -> None:
        """The same text as was heard, written and spoken for this alarm alone."""
        characters = len(text)
        written = prices.writing_usd(prices.WHOLE_SCRIPT_IN, characters / prices.CHARACTERS_PER_TOKEN)
        self._bill.add(Call("naive writing", "", characters, written, ""))
        self._bill.add(Call("naive speech", "", characters, prices.speech_usd(characters), ""))


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def sound() -> Recording:
    """A third of a second of a tone, loud enough to be levelled."""
    time = np.arange(int(_SECONDS * _RATE)) / _RATE
    wave = 0.2 * np.sin(2 * np.pi * 220 * time) * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))
    return Recording((wave * 32_767).astype("<i2").tobytes(), _RATE)
