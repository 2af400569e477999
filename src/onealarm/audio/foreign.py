"""Sound files of others: from whatever bytes a voice gave to a recording."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Final

import av
import numpy as np

from onealarm.audio.segment import Recording
from onealarm.audio.sniff import sniff
from onealarm.errors import VoiceFailed

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that is looked at: more than half an hour of plain samples."""

_UNKNOWN_SIZES: Final = (0, 0xFFFF_FFFF)
"""What a server writes into the header of a WAV file whose length it does not know yet."""


def read_sound(data: bytes, *, raw_rate: int | None = None) -> Recording:
    """The samples of a WAV, MP3, ADTS, Ogg or FLAC file; with ``raw_rate`` also of plain 16-bit mono ones of that rate.

    Raises ``VoiceFailed`` for what is no sound, or breaks off.
    """
    if len(data) > LARGEST:
        raise VoiceFailed(f"The sound has {len(data)} bytes, more than {LARGEST}")
    try:
        form = sniff(data)
    except VoiceFailed:
        if raw_rate is None or not _could_be_samples(data):
            raise
        return Recording(data, raw_rate)
    if form == "wav":
        _check_whole(data)
    return _decode(data)


def _could_be_samples(data: bytes) -> bool:
    """Whole samples of 16 bits, and not the text of an error."""
    return len(data) > 0 and len(data) % 2 == 0 and data.lstrip()[:1] not in (b"{", b"[", b"<")


def _decode(data: bytes) -> Recording:
    try:
        with av.open(BytesIO(data), "r") as container:
            rate = container.streams.audio[0].codec_context.sample_rate
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            frames = [mono for frame in container.decode(audio=0) for mono in resampler.resample(frame)]
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise VoiceFailed(f"The sound cannot be decoded ({type(error).__name__})") from error
    if not frames:
        raise VoiceFailed("The sound has no samples")
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return Recording(samples.astype("<i2").tobytes(), rate)


def _check_whole(data: bytes) -> None:
    """Raises ``VoiceFailed`` when a WAV file is shorter than it says."""
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        if name == b"data":
            if size not in _UNKNOWN_SIZES and place + 8 + size > len(data):
                raise VoiceFailed(f"The sound breaks off: {len(data) - place - 8} of {size} bytes came")
            return
        place += 8 + size + size % 2
    raise VoiceFailed("The sound has no samples")
