"""Samples: mono sound as numbers between -1 and 1, as every step between voice and encoder sees it."""

from __future__ import annotations

from typing import Final, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from onealarm.audio.segment import SAMPLE_RATE, Recording
from onealarm.errors import VoiceFailed

Samples: TypeAlias = NDArray[np.float32]
"""One-dimensional, 32-bit floating point, full scale at 1; 24 kHz unless said otherwise."""

_FULL_SCALE: Final = 32_767
_CLIPPED_RUN: Final = 3
_SILENCE_DBFS: Final = -50.0


def amplitude(decibels: float) -> float:
    """The factor of a level or a gain in decibels."""
    return float(10 ** (decibels / 20))


def from_recording(recording: Recording) -> Samples:
    """The recording at 24 kHz. Raises ``VoiceFailed`` when it is empty, silent or clipped."""
    pcm = np.frombuffer(recording.pcm[: recording.samples * 2], dtype="<i2")
    if not pcm.size:
        raise VoiceFailed("The recording is empty")
    loud = np.abs(pcm.astype(np.int32))
    if loud.max() < amplitude(_SILENCE_DBFS) * _FULL_SCALE:
        raise VoiceFailed("The recording is silent")
    clipped = np.convolve(loud >= _FULL_SCALE, np.ones(_CLIPPED_RUN), mode="valid") if pcm.size >= _CLIPPED_RUN else 0
    if np.max(clipped) >= _CLIPPED_RUN:
        raise VoiceFailed("The recording is clipped")
    samples = pcm.astype(np.float32) / np.float32(_FULL_SCALE + 1)
    return _at_stored_rate(samples, recording.sample_rate)


def _at_stored_rate(samples: Samples, rate: int) -> Samples:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    frames = [*resampler.resample(to_frame(samples, rate=rate)), *resampler.resample(None)]
    return join(frames)


def to_frame(samples: Samples, *, rate: int = SAMPLE_RATE, start: int = 0) -> av.AudioFrame:
    """The samples as one frame for the audio library; ``start`` is the place of its first sample."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis, :]), format="flt", layout="mono")
    frame.sample_rate = rate
    frame.pts = start
    return frame


def join(frames: list[av.AudioFrame]) -> Samples:
    """The samples of frames of mono floating point, in a row."""
    return np.concatenate([np.zeros(0, np.float32), *(frame.to_ndarray()[0] for frame in frames)])
