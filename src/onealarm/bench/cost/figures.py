"""From what providers counted to what a day costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from onealarm.bench.cost.prices import CHARACTERS_PER_SECOND
from onealarm.bench.cost.providers import Counted, Sum

KEPT: Final = frozenset({"greeting", "closing"})
"""Sections whose clips serve for a month."""

MONTH: Final = 30
"""Days."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one day in one design. ``reuse`` is the share of the sound heard that nobody was paid for that day."""

    calls: int
    characters: int
    audio_seconds: float
    usd: float
    usd_per_alarm: float
    reuse: float


@dataclass(frozen=True, slots=True)
class Compared:
    """``shared`` charges a thirtieth of the clips that are kept for a month, ``cold_day`` all of them."""

    alarms: int
    shared: Cost
    naive: Cost
    cold_day: Cost
    cheaper_by: float
    sections: Mapping[str, Mapping[str, Any]]
    """Of the cold day's speech, by section, the dearest first."""


def compare(counted: Counted, *, alarms: int) -> Compared:
    """``alarms`` is at least one, and all of them were heard."""
    heard = counted.naive_speech.characters
    kept = [(total, 1 / MONTH if section in KEPT else 1.0) for section, total in counted.speech.items()]
    shared = _cost([*kept, (counted.writing, 1.0)], alarms=alarms, heard=heard)
    cold = _cost([*((total, 1.0) for total, _ in kept), (counted.writing, 1.0)], alarms=alarms, heard=heard)
    said, written = counted.naive_speech, counted.naive_writing
    naive = _cost([(said, 1.0), (Sum(written.calls, 0, written.usd), 1.0)], alarms=alarms, heard=heard)
    dearest = sorted(counted.speech.items(), key=lambda one: -one[1].usd)
    return Compared(
        alarms=alarms,
        shared=shared,
        naive=naive,
        cold_day=cold,
        cheaper_by=round(naive.usd / shared.usd, 2),
        sections={name: asdict(total) | {"usd": round(total.usd, 4)} for name, total in dearest},
    )


def _cost(parts: Iterable[tuple[Sum, float]], *, alarms: int, heard: int) -> Cost:
    """Each part with the share of it that is this day's."""
    parts = list(parts)
    characters = sum(total.characters * share for total, share in parts)
    usd = sum(total.usd * share for total, share in parts)
    return Cost(
        calls=round(sum(total.calls * share for total, share in parts)),
        characters=round(characters),
        audio_seconds=round(characters / CHARACTERS_PER_SECOND, 1),
        usd=round(usd, 4),
        usd_per_alarm=round(usd / alarms, 6),
        reuse=round(1 - characters / heard, 4),
    )
