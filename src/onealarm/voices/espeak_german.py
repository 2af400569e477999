"""The voices in German. There is one accent, so variant and pitch alone tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onealarm.voices.espeak_speaker import EspeakSpeaker

GERMAN: Final[Mapping[str, EspeakSpeaker]] = MappingProxyType(
    {
        "alloy": EspeakSpeaker("de+f2", rate=146, pitch=45),
        "ash": EspeakSpeaker("de+m3", rate=145, pitch=42),
        "echo": EspeakSpeaker("de+m7", rate=145, pitch=55),
        "fable": EspeakSpeaker("de+m2", rate=145, pitch=74),
        "onyx": EspeakSpeaker("de+m1", rate=145, pitch=28),
        "nova": EspeakSpeaker("de+f3", rate=146, pitch=55),
        "sage": EspeakSpeaker("de+f4", rate=145, pitch=38),
        "shimmer": EspeakSpeaker("de+f5", rate=146, pitch=66),
        "verse": EspeakSpeaker("de+m5", rate=143, pitch=62),
    }
)
