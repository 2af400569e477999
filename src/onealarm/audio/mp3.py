"""MP3 for those who take nothing else: shared sound, encoded again at their loudness."""

from __future__ import annotations

from typing import Final

import numpy as np

from onealarm.audio.decode import decode
from onealarm.audio.export import export
from onealarm.audio.level import level
from onealarm.audio.segment import SAMPLE_RATE, Recording

TARGET_LUFS: Final = -14.0
SHORTEST: Final = 11 * SAMPLE_RATE
"""Flash briefings have to last 10 s; what is shorter gets silence behind it."""

_CEILING_DB: Final = -3.5
"""Room below the -2 dBTP that are asked for, for what encoding adds to a peak."""


def to_mp3(adts: bytes) -> bytes:
    """Mono, 24 kHz, -14 LUFS, at least 11 s long. Raises ``BadInput`` when ``adts`` is not audio."""
    sound = level(decode(adts), gain_db=None, ceiling_db=_CEILING_DB, target_lufs=TARGET_LUFS)
    sound = np.pad(sound, (0, max(0, SHORTEST - sound.size)))
    pcm = np.rint(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes()
    return export(Recording(pcm, SAMPLE_RATE), "mp3")
