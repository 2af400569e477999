"""Assemble: from spoken sections to a briefing, the list of its segments and pauses with the times of its sections."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from onealarm.audio.pause import pause
from onealarm.audio.segment import FRAME, SAMPLE_RATE, Segment
from onealarm.audio.stitch import total_samples, total_size
from onealarm.briefing.script import Section
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection, Tier

BEFORE: Final = timedelta(milliseconds=500)
BETWEEN_SENTENCES: Final = timedelta(milliseconds=350)
BETWEEN_SECTIONS: Final = timedelta(milliseconds=600)
AFTER: Final = timedelta(milliseconds=500)
"""Between sound and sound, to half a frame (21 ms): the silence at the edges of the segments is counted."""

_HALF_A_FRAME: Final = timedelta(seconds=FRAME / SAMPLE_RATE / 2)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A section with the segment of each of its sentences."""

    section: Section
    segments: tuple[Segment, ...]


def assemble(spoken: Sequence[Spoken], *, engine: str, voice: str, tier: Tier, reason: str | None = None) -> Briefing:
    """Put the segments in order with pauses between them. ``spoken`` holds at least one section."""
    parts: list[Part] = []
    sections: list[SpokenSection] = []
    silence = timedelta()  # at the end of what is there already
    for one in spoken:
        gap = BETWEEN_SECTIONS if sections else BEFORE
        sounds: list[tuple[int, int]] = []
        for segment in one.segments:
            parts += _pause(gap - silence - _length(segment.onset))
            begins = total_samples(parts)
            sounds.append((begins + segment.onset, begins + segment.end))
            parts.append(Part(segment.key, segment.frames, segment.size))
            silence, gap = _length(segment.samples - segment.end), BETWEEN_SENTENCES
        sections.append(_section(one.section, sounds[0][0], sounds[-1][1]))
    parts += _pause(AFTER - silence)
    return Briefing(
        tier=tier,
        reason=reason,
        engine=engine,
        voice=voice,
        parts=tuple(parts),
        sections=tuple(sections),
        duration=_length(total_samples(parts)),
        size=total_size(parts),
        etag=_etag(parts),
    )


def _section(section: Section, start: int, end: int) -> SpokenSection:
    return SpokenSection(
        kind=section.kind,
        start_ms=round(start * 1000 / SAMPLE_RATE),
        end_ms=round(end * 1000 / SAMPLE_RATE),
        text=section.text,
        display=section.display,
        shared=section.shared,
    )


def _length(samples: int) -> timedelta:
    return timedelta(seconds=samples / SAMPLE_RATE)


def _pause(wanted: timedelta) -> list[Part]:
    """The nearest number of silent frames to what is wanted; none when that is less than half a frame."""
    if wanted < _HALF_A_FRAME:
        return []
    segment, data = pause(wanted)
    return [Part(segment.key, segment.frames, len(data))]


def _etag(parts: Sequence[Part]) -> str:
    """The hash of the list of segments; a format adds its name to it."""
    return hashlib.sha256("\n".join(part.key for part in parts).encode()).hexdigest()[:32]
