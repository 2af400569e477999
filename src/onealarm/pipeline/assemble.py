"""Assemble: from spoken sections to a briefing, the list of its segments and pauses with the times of its sections."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from onealarm.audio.pause import pause
from onealarm.audio.segment import SAMPLE_RATE, Segment
from onealarm.audio.stitch import total_samples, total_size
from onealarm.briefing.script import Section
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection, Tier

BEFORE: Final = timedelta(milliseconds=500)
BETWEEN_SENTENCES: Final = timedelta(milliseconds=350)
BETWEEN_SECTIONS: Final = timedelta(milliseconds=600)
AFTER: Final = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A section with the segment of each of its sentences."""

    section: Section
    segments: tuple[Segment, ...]


def assemble(spoken: Sequence[Spoken], *, engine: str, voice: str, tier: Tier, reason: str | None = None) -> Briefing:
    """Put the segments in order with pauses between them. ``spoken`` holds at least one section."""
    parts: list[Part] = []
    sections: list[SpokenSection] = []
    for number, one in enumerate(spoken):
        parts.append(_pause(BETWEEN_SECTIONS if number else BEFORE))
        start = total_samples(parts) + one.segments[0].onset
        for place, segment in enumerate(one.segments):
            if place:
                parts.append(_pause(BETWEEN_SENTENCES))
            end = total_samples(parts) + segment.end
            parts.append(Part(segment.key, segment.frames, segment.size))
        sections.append(_section(one.section, start, end))
    parts.append(_pause(AFTER))
    return Briefing(
        tier=tier,
        reason=reason,
        engine=engine,
        voice=voice,
        parts=tuple(parts),
        sections=tuple(sections),
        duration=timedelta(seconds=total_samples(parts) / SAMPLE_RATE),
        size=total_size(parts),
        etag=_etag(parts),
    )


def _pause(duration: timedelta) -> Part:
    segment, data = pause(duration)
    return Part(segment.key, segment.frames, len(data))


def _section(section: Section, start: int, end: int) -> SpokenSection:
    return SpokenSection(
        kind=section.kind,
        start_ms=round(start * 1000 / SAMPLE_RATE),
        end_ms=round(end * 1000 / SAMPLE_RATE),
        text=section.text,
        display=section.display,
        shared=section.shared,
    )


def _etag(parts: Sequence[Part]) -> str:
    """The hash of the list of segments; a format adds its name to it."""
    return hashlib.sha256("\n".join(part.key for part in parts).encode()).hexdigest()[:32]
