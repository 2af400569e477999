"""Pause: whole frames of silence, the same bytes on every machine for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onealarm.audio.segment import FRAME, SAMPLE_RATE, Segment
from onealarm.errors import BadInput
from onealarm.ids import SegmentKey

_PREFIX: Final = "pause:"

_SILENT_FRAME: Final = bytes.fromhex("fff15840017ffc") + bytes.fromhex("01182007")
"""An ADTS header (AAC-LC, 24 kHz, mono, 11 bytes in all) and a raw data block of one channel without a spectral band
(ISO/IEC 14496-3). Spelled out, because briefings are stored with the sizes of their pauses: an encoder must not change
them."""


def pause(duration: timedelta) -> tuple[Segment, bytes]:
    """The nearest number of silent frames, at least one, and their ADTS bytes.

    Raises ``BadInput`` unless ``duration`` is positive.
    """
    if duration <= timedelta(0):
        raise BadInput("duration", f"{duration} is not positive", "Give the length of the pause")
    frames = max(1, round(duration.total_seconds() * SAMPLE_RATE / FRAME))
    data = pause_bytes(frames)
    segment = Segment(
        key=SegmentKey(f"{_PREFIX}{frames}"),
        frames=frames,
        onset=0,
        end=0,
        size=len(data),
        lufs=None,
        true_peak_dbtp=float("-inf"),
    )
    return segment, data


def is_pause(key: SegmentKey) -> bool:
    """Whether a key names a pause, whose bytes need not be fetched."""
    return key.startswith(_PREFIX)


def pause_bytes(frames: int) -> bytes:
    """The ADTS bytes of so many silent frames."""
    return _SILENT_FRAME * frames
