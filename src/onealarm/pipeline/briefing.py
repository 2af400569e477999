"""A briefing: the list of its segments and what each section says, without the bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from onealarm.audio.segment import FRAME
from onealarm.briefing.facts import Credit
from onealarm.ids import SegmentKey

Tier = Literal["full", "short", "local", "stock"]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment or a pause in its place: ``size`` in bytes, ``frames`` of 1,024 samples."""

    key: SegmentKey
    frames: int
    size: int

    @property
    def samples(self) -> int:
        return self.frames * FRAME


@dataclass(frozen=True, slots=True)
class SpokenSection:
    """A section with the milliseconds between which it sounds."""

    kind: str
    start_ms: int
    end_ms: int
    text: str
    display: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Briefing:
    """``etag`` is the hash of segment list and format, ``size`` the bytes of the ADTS form."""

    tier: Tier
    reason: str | None
    engine: str
    voice: str
    parts: tuple[Part, ...]
    sections: tuple[SpokenSection, ...]
    duration: timedelta
    size: int
    etag: str
    credits: tuple[Credit, ...] = ()
    """What has to be said of the sources of what it tells."""

    missing: Mapping[str, str] = field(default_factory=dict)
    """What it lacks, or has less of, since a source failed: sections with the reasons."""
