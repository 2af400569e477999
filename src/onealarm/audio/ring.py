"""Ring clip: what a phone plays as the alarm's own sound, over and over, until its app is opened."""

from __future__ import annotations

import wave
from io import BytesIO
from typing import Final

import numpy as np

from onealarm.audio.chime import chime
from onealarm.audio.decode import decode
from onealarm.audio.samples import Samples
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.audio.trim import fade_edges, sound_span

SHORTEST: Final = 5 * SAMPLE_RATE
LONGEST: Final = 28 * SAMPLE_RATE
"""Phones refuse sounds of 30 s and more."""

_CHIME: Final = 3 * SAMPLE_RATE
"""Nobody takes in what is said in the first seconds, and some speakers swallow the first one."""

_TAIL: Final = SAMPLE_RATE // 2
_RAMP: Final = 6 * SAMPLE_RATE
_RAMP_FROM_DB: Final = -13.0
_FADE: Final = SAMPLE_RATE * 5 // 1000
_CUT_FADE: Final = SAMPLE_RATE * 3 // 10
_JOIN: Final = SAMPLE_RATE * 150 // 1000
"""Exact silence of this length is where two segments meet: each brings two silent frames."""


def ring_clip(adts: bytes) -> bytes:
    """A WAV file, 16 bit, mono, 24 kHz, of 5 to 28 s: a chime, then the speech, from soft to full in six seconds.

    It begins and ends in silence, so it can be looped. Longer speech is cut where two segments meet; in the middle of
    one, faded out, only when more than half would be lost otherwise. Raises ``BadInput`` when ``adts`` is not audio.
    """
    decoded = decode(adts)
    start, end = sound_span(decoded)
    speech = _shortened(decoded[start:end], longest=LONGEST - _CHIME - _TAIL)
    clip = np.concatenate([chime(_CHIME), fade_edges(speech, fade=_FADE), np.zeros(_TAIL, np.float32)])
    clip = np.pad(clip, (0, max(0, SHORTEST - clip.size)))
    return _wav(clip * _ramp(clip.size))


def _shortened(speech: Samples, *, longest: int) -> Samples:
    if speech.size <= longest:
        return speech
    border = _last_join(speech[:longest])
    if border >= longest // 2:
        return speech[:border]
    cut = speech[:longest].copy()
    cut[-_CUT_FADE:] *= np.linspace(1, 0, _CUT_FADE, dtype=np.float32)
    return cut


def _last_join(speech: Samples) -> int:
    """Where the last silence between two segments begins; 0 when there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], speech == 0, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    joins = starts[ends - starts >= _JOIN]
    return int(joins[-1]) if joins.size else 0


def _ramp(samples: int) -> Samples:
    """The gain of each sample, rising evenly in decibels until it is one."""
    decibels = np.interp(np.arange(samples), [0, _RAMP], [_RAMP_FROM_DB, 0.0])
    return (10 ** (decibels / 20)).astype(np.float32)


def _wav(samples: Samples) -> bytes:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.rint(samples * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()
