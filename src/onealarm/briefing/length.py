"""Length: what is left out of a briefing that would take too long, the least worth hearing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from onealarm.briefing.script import Script, Section, SectionKind

LONGEST: Final = timedelta(seconds=300)
"""A full briefing; it is meant to last from half of that on."""

CHARACTERS_PER_SECOND: Final = 15.3
"""Of speech, as measured on a bill for 4,096 characters that gave 268 seconds."""

_RANKS: Final[Mapping[SectionKind, int]] = MappingProxyType(
    {
        "greeting": 0,
        "date": 0,
        "closing": 0,
        "weather": 1,
        "calendar": 1,
        "holiday": 2,
        "news": 3,
        "sport": 4,
        "markets": 5,
        "sun": 6,
    }
)
"""How easily the first sentence of a section can be missed; each further one is missed more easily by one."""

_OPENED: Final[frozenset[SectionKind]] = frozenset({"news"})
"""Sections whose first sentence announces the others and says nothing alone."""


@dataclass(frozen=True, slots=True)
class _Heard:
    section: int
    sentence: int
    length: timedelta
    rank: int


def estimate(script: Script) -> list[list[timedelta]]:
    """How long each sentence of each section will take to say, without the pauses."""
    return [
        [timedelta(seconds=len(sentence.text) / CHARACTERS_PER_SECOND) for sentence in section.sentences]
        for section in script.sections
    ]


def fit(
    script: Script, lengths: Sequence[Sequence[timedelta]], *, most: timedelta = LONGEST, pause: timedelta = timedelta()
) -> list[tuple[int, ...]]:
    """Which sentences of each section are kept, by their index, so that all of it lasts at most ``most``.

    ``lengths`` are those of the sentences, ``pause`` is what comes with each. What nobody wants to wake up without is
    kept whatever it takes: greeting, date and closing.
    """
    heard = [
        _Heard(number, index, length + pause, _RANKS[section.kind] and _RANKS[section.kind] + index)
        for number, section in enumerate(script.sections)
        for index, length in enumerate(lengths[number])
    ]
    left = sum((one.length for one in heard), timedelta())
    for one in sorted(heard, key=lambda one: (one.rank, one.section), reverse=True):
        if left <= most or one.rank == 0:
            break
        heard.remove(one)
        left -= one.length
    kept = [tuple(one.sentence for one in heard if one.section == number) for number in range(len(script.sections))]
    return [_whole(section, indexes) for section, indexes in zip(script.sections, kept, strict=True)]


def _whole(section: Section, kept: tuple[int, ...]) -> tuple[int, ...]:
    """None of a section of which only its announcement would be left."""
    alone = kept == (0,) and len(section.sentences) > 1 and section.kind in _OPENED
    return () if alone else kept


def cut(script: Script, kept: Sequence[tuple[int, ...]]) -> Script:
    """The script with only these sentences; a section that has none goes."""
    return Script(
        tuple(
            Section(section.kind, tuple(section.sentences[index] for index in indexes))
            for section, indexes in zip(script.sections, kept, strict=True)
            if indexes
        )
    )
