"""Chime: three soft bell notes, rising, to wake up to before anything is said."""

from __future__ import annotations

from typing import Final

import numpy as np

from onealarm.audio.samples import Samples, amplitude
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.audio.trim import fade_edges

_NOTES_HZ: Final = (523.25, 659.26, 783.99)
_APART: Final = SAMPLE_RATE * 800 // 1000
_PARTIALS: Final = ((1.0, 1.0, 0.9), (2.0, 0.3, 0.5), (3.0, 0.1, 0.3))
"""Of each note: multiple of its pitch, strength, and the seconds in which the partial falls to a third."""

_PEAK_DB: Final = -12.0


def chime(samples: int) -> Samples:
    """A chime of exactly so many samples, its ends at zero."""
    sound = np.zeros(samples, np.float64)
    for number, pitch in enumerate(_NOTES_HZ):
        start = min(number * _APART, samples)
        seconds = np.arange(samples - start) / SAMPLE_RATE
        for multiple, strength, decay in _PARTIALS:
            sound[start:] += strength * np.exp(-seconds / decay) * np.sin(2 * np.pi * pitch * multiple * seconds)
    sound *= amplitude(_PEAK_DB) / max(np.abs(sound).max(initial=0.0), 1e-9)
    return fade_edges(sound.astype(np.float32), fade=SAMPLE_RATE // 10)
