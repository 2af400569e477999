"""The voices in English: variants of American and British accents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onealarm.voices.espeak_speaker import EspeakSpeaker

ENGLISH: Final[Mapping[str, EspeakSpeaker]] = MappingProxyType(
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
