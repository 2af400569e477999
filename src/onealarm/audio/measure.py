"""Measure: loudness and true peak by ITU-R BS.1770, as FFmpeg's ``ebur128`` filter implements it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from onealarm.audio.filters import through
from onealarm.audio.samples import Samples
from onealarm.audio.segment import SAMPLE_RATE

_STEP: Final = SAMPLE_RATE // 10
"""The filter reports after every whole step of 100 ms."""

_GATE_LUFS: Final = -70.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """``lufs`` is the integrated loudness of the mono signal, not raised by 3 LU as for dual mono; None when no 400 ms
    are above the gate of -70 LUFS. ``true_peak_dbtp`` is minus infinity for silence.
    """

    lufs: float | None
    true_peak_dbtp: float


def measure(samples: Samples) -> Loudness:
    """The loudness of samples at 24 kHz."""
    padding = np.zeros(-samples.size % _STEP + _STEP, np.float32)  # a peak in the last, partial step counts too
    reports = [
        frame.metadata for frame in through(np.concatenate([samples, padding]), ("ebur128", "peak=true:metadata=1"))
    ]
    whole = samples.size // _STEP
    integrated = float(reports[whole - 1].get("lavfi.r128.I", "-inf")) if whole else -math.inf
    peak = float(reports[-1]["lavfi.r128.true_peak"])
    return Loudness(
        lufs=integrated if integrated > _GATE_LUFS else None,
        true_peak_dbtp=20 * math.log10(peak) if peak else -math.inf,
    )
