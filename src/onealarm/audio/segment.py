"""A segment: a piece of speech, spoken and encoded once, found again by its key."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Final

from onealarm.ids import SegmentKey

SAMPLE_RATE: Final = 24_000
"""Samples per second of everything that is stored; mono."""

FRAME: Final = 1_024
"""Samples in one AAC frame."""

SOUND_VERSION: Final = 1
"""Part of every key; raised whenever trimming, levelling or encoding change the sound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a voice gives: mono 16-bit little-endian samples at its own rate."""

    pcm: bytes
    sample_rate: int

    @property
    def samples(self) -> int:
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Segment:
    """What is known of an encoded segment without its bytes.

    ``frames`` counts AAC frames of 1,024 samples; ``onset`` and ``end`` are the samples, from the segment's start,
    between which there is sound; ``size`` is the length in bytes of its ADTS stream; ``lufs`` and ``true_peak_dbtp``
    are measured on the decoded segment (a segment too short for BS.1770's 400 ms block has ``lufs`` None).
    """

    key: SegmentKey
    frames: int
    onset: int
    end: int
    size: int
    lufs: float | None
    true_peak_dbtp: float

    @property
    def samples(self) -> int:
        return self.frames * FRAME


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One utterance to find or to speak: the normalised text, the voice, and all else that shapes the sound."""

    text: str
    voice: str
    engine: str
    language: str = "en"

    def public_key(self) -> SegmentKey:
        """SHA-256 over canonical JSON of all that shapes the sound: equal sound, equal key, for the whole fleet."""
        return SegmentKey(hashlib.sha256(self._canonical()).hexdigest())

    def private_key(self, secret: bytes) -> SegmentKey:
        """As ``public_key``, but keyed with the installation's secret, so that the key does not betray the text."""
        return SegmentKey(hmac.new(secret, self._canonical(), hashlib.sha256).hexdigest())

    def _canonical(self) -> bytes:
        fields = {
            "engine": self.engine,
            "language": self.language,
            "rate": SAMPLE_RATE,
            "sound": SOUND_VERSION,
            "text": self.text,
            "voice": self.voice,
        }
        return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
