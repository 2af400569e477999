"""Sound files of others: from whatever bytes a voice gave to a recording."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Final

import av
import numpy as np

from onealarm.audio.segment import Recording
from onealarm.audio.sniff import sniff
from onealarm.audio.whole import check_whole
from onealarm.errors import VoiceFailed

LONGEST: Final = timedelta(minutes=15)
"""Of sound: what is longer is no utterance, however small its file is."""

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that is looked at: more than half an hour of plain samples."""


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
    check_whole(data, form)
    return _decode(data)


def _could_be_samples(data: bytes) -> bool:
    """Whole samples of 16 bits, and not the text of an error."""
    return len(data) > 0 and len(data) % 2 == 0 and data.lstrip()[:1] not in (b"{", b"[", b"<")


def _decode(data: bytes) -> Recording:
    try:
        with av.open(BytesIO(data), "r") as container:
            rate = container.streams.audio[0].codec_context.sample_rate
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            frames = list(_bounded(container, resampler, most=round(LONGEST.total_seconds() * rate)))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise VoiceFailed(f"The sound cannot be decoded ({type(error).__name__})") from error
    if not frames:
        raise VoiceFailed("The sound has no samples")
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return Recording(samples.astype("<i2").tobytes(), rate)


def _bounded(
    container: av.container.InputContainer, resampler: av.AudioResampler, *, most: int
) -> Iterator[av.AudioFrame]:
    """Frames as they are decoded. Raises ``VoiceFailed`` beyond ``most`` samples."""
    samples = 0
    for frame in container.decode(audio=0):
        samples += frame.samples
        if samples > most:
            raise VoiceFailed(f"The sound is longer than {LONGEST}")
        yield from resampler.resample(frame)
