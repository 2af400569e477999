"""Trim: where sound begins and ends, and the silence around it taken off without a click."""

from __future__ import annotations

from typing import Final

import numpy as np

from onealarm.audio.samples import Samples, amplitude
from onealarm.audio.segment import SAMPLE_RATE

SOUND_DB: Final = -45.0
"""What is within this of the peak is sound. Espeak's voices pass each threshold from -60 to -30 dB within 12 ms."""

_BEFORE: Final = SAMPLE_RATE * 10 // 1000
_AFTER: Final = SAMPLE_RATE * 30 // 1000
_FADE: Final = SAMPLE_RATE * 5 // 1000


def sound_span(samples: Samples) -> tuple[int, int]:
    """The first sample of sound and the one after the last; (0, 0) when all is silence."""
    level = np.abs(samples)
    peak = level.max(initial=0.0)
    if not peak:
        return 0, 0
    sounding = np.flatnonzero(level >= peak * amplitude(SOUND_DB))
    return int(sounding[0]), int(sounding[-1]) + 1


def trim(samples: Samples) -> Samples:
    """The sound with 10 ms before it and 30 ms after it, where there are any, and its edges faded over 5 ms."""
    start, end = sound_span(samples)
    return fade_edges(samples[max(0, start - _BEFORE) : end + _AFTER], fade=_FADE)


def fade_edges(samples: Samples, *, fade: int) -> Samples:
    """Raised-cosine fades over ``fade`` samples at both ends: the first and the last sample are zero."""
    fade = min(fade, samples.size // 2)
    rise = (0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / max(1, fade))).astype(np.float32)
    faded = samples.copy()
    faded[:fade] *= rise
    faded[faded.size - fade :] *= rise[::-1]
    return faded
