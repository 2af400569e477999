"""What makes one of espeak-ng's voices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EspeakSpeaker:
    """``name`` is espeak-ng's: language, plus, variant. ``rate`` is its parameter, which comes out some 15 words per
    minute faster in English; ``pitch`` is from 0 to 99 around the variant's own.
    """

    name: str
    rate: int
    pitch: int
