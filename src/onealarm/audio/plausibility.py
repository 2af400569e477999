"""Plausibility: whether a recording can be what it should say, as far as can be measured without hearing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import numpy as np

from onealarm.audio.samples import amplitude
from onealarm.audio.segment import Recording
from onealarm.audio.trim import SOUND_DB

CHARACTERS_PER_SECOND: Final[Mapping[str, float]] = MappingProxyType({"en": 15.3, "de": 15.3})
"""Of speech: 4,096 characters of English gave 268 seconds on a bill."""

_SHORTEST: Final = 0.5
_LONGEST: Final = 2.0
"""Times what is expected."""

_MARGIN: Final = timedelta(seconds=1)
"""A single word is drawn out, and a voice may breathe before it and after it."""

LONGEST_SILENCE: Final = timedelta(seconds=1.2)
_CLIPPED: Final = 3
_FULL_SCALE: Final = 32_767
_QUIETEST_DBFS: Final = -45.0
_BLOCK: Final = timedelta(milliseconds=10)


def implausible(recording: Recording, text: str, *, language: str) -> str | None:
    """Why the recording cannot be ``text``; None when nothing speaks against it."""
    if not recording.samples:
        return "it is empty"
    pcm = np.frombuffer(recording.pcm[: recording.samples * 2], dtype="<i2").astype(np.int32)
    length = timedelta(seconds=recording.samples / recording.sample_rate)
    expected = timedelta(seconds=len(text) / CHARACTERS_PER_SECOND.get(language.partition("-")[0], 15.3))
    if length < _SHORTEST * expected - _MARGIN / 2:
        return f"it lasts {length.total_seconds():.1f} s for {len(text)} characters"
    if length > _LONGEST * expected + 2 * _MARGIN:
        return f"it lasts {length.total_seconds():.1f} s for {len(text)} characters"
    return _clipped(pcm) or _silent(pcm, recording.sample_rate)


def _clipped(pcm: np.typing.NDArray[np.int32]) -> str | None:
    full = (np.abs(pcm) >= _FULL_SCALE).astype(np.int8)
    runs = np.convolve(full, np.ones(_CLIPPED, np.int8), mode="valid") if pcm.size >= _CLIPPED else full
    return "it is clipped" if int(runs.max(initial=0)) >= _CLIPPED else None


def _silent(pcm: np.typing.NDArray[np.int32], rate: int) -> str | None:
    """Too quiet, or with a hole between sound and sound."""
    block = max(1, round(rate * _BLOCK.total_seconds()))
    peaks = (
        np.abs(pcm[: pcm.size - pcm.size % block].reshape(-1, block)).max(axis=1) if pcm.size >= block else np.abs(pcm)
    )
    loudest = int(peaks.max(initial=0))
    if loudest < amplitude(_QUIETEST_DBFS) * _FULL_SCALE:
        return "it is silent"
    sounding = np.flatnonzero(peaks >= loudest * amplitude(SOUND_DB))
    longest = int(np.diff(sounding).max(initial=0)) * _BLOCK
    return f"it is silent for {longest.total_seconds():.1f} s in the middle" if longest > LONGEST_SILENCE else None
