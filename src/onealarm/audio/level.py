"""Level: every voice and every segment equally loud, and no peak too high."""

from __future__ import annotations

from typing import Final

import numpy as np

from onealarm.audio.filters import through
from onealarm.audio.measure import measure
from onealarm.audio.samples import Samples, amplitude, from_recording, join
from onealarm.audio.segment import SAMPLE_RATE, Recording
from onealarm.audio.trim import trim
from onealarm.errors import VoiceFailed

TARGET_LUFS: Final = -16.0
MEASURABLE: Final = 3 * SAMPLE_RATE
"""Samples below which BS.1770's gated loudness says more about the words than about the voice."""

CEILING_DB: Final = -2.5
"""The limiter's ceiling: room below -1 dBTP for what encoding adds to a peak."""

_CLOSE_LU: Final = 0.1
_STEPS: Final = 5


def measure_gain(recording: Recording) -> float:
    """The gain in decibels that brings a voice to the target, from a passage that it read. Raises ``VoiceFailed``."""
    return find_gain(trim(from_recording(recording)))


def level(
    sound: Samples, *, gain_db: float | None, ceiling_db: float = CEILING_DB, target_lufs: float = TARGET_LUFS
) -> Samples:
    """The sound at the target loudness under the ceiling: by its own loudness when it is long enough for that, else by
    ``gain_db``, its voice's gain, and without one by the loudness of its repetition.
    """
    if gain_db is None or sound.size >= MEASURABLE:
        gain_db = find_gain(sound, ceiling_db=ceiling_db, target_lufs=target_lufs)
    return _amplify(sound, gain_db=gain_db, ceiling_db=ceiling_db)


def find_gain(sound: Samples, *, ceiling_db: float = CEILING_DB, target_lufs: float = TARGET_LUFS) -> float:
    """The gain in decibels after which the limited sound has the target loudness. Raises ``VoiceFailed``."""
    repeated = np.tile(sound, -(-MEASURABLE // sound.size))
    gain_db = 0.0
    loudness = measure(repeated).lufs
    for _ in range(_STEPS):
        if loudness is None:
            raise VoiceFailed("The recording is too quiet to be levelled")
        if abs(target_lufs - loudness) <= _CLOSE_LU:
            break
        gain_db += target_lufs - loudness  # the limiter takes a little of every raise, hence the steps
        loudness = measure(_amplify(repeated, gain_db=gain_db, ceiling_db=ceiling_db)).lufs
    return gain_db


def _amplify(sound: Samples, *, gain_db: float, ceiling_db: float) -> Samples:
    """Gain, then a limiter that sees the peaks between the samples; its look-ahead is compensated, so nothing moves."""
    frames = through(
        sound * np.float32(amplitude(gain_db)),
        ("aresample", str(4 * SAMPLE_RATE)),
        ("alimiter", f"limit={amplitude(ceiling_db):.6f}:level=0:latency=1"),
        ("aresample", str(SAMPLE_RATE)),
        ("aformat", "sample_fmts=flt"),
    )
    return join(frames)[: sound.size]
