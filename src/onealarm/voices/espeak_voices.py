"""How each of the voices sounds in espeak-ng: a variant of an accent, a pitch and a rate of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class EspeakSpeaker:
    """``name`` is espeak-ng's: language, plus, variant. ``rate`` is its parameter, which comes out some 15 words per
    minute faster; ``pitch`` is from 0 to 99 around the variant's own.
    """

    name: str
    rate: int
    pitch: int


VOICES_VERSION: Final = 1
"""Part of every segment's key; raised whenever a speaker below changes."""

SPEAKERS: Final[Mapping[str, EspeakSpeaker]] = MappingProxyType(
    {
        "alloy": EspeakSpeaker("en-us+f2", rate=146, pitch=45),
        "ash": EspeakSpeaker("en-us+m3", rate=145, pitch=42),
        "echo": EspeakSpeaker("en-us+m7", rate=145, pitch=55),
        "fable": EspeakSpeaker("en-gb-x-rp+m2", rate=145, pitch=74),
        "onyx": EspeakSpeaker("en-us+m1", rate=145, pitch=28),
        "nova": EspeakSpeaker("en-us+f3", rate=146, pitch=55),
        "sage": EspeakSpeaker("en-gb-x-rp+f4", rate=145, pitch=45),
        "shimmer": EspeakSpeaker("en-us+f5", rate=146, pitch=66),
        "verse": EspeakSpeaker("en-gb-scotland+m5", rate=141, pitch=62),
    }
)
