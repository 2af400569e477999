"""Decode: from a stored or composed file back to samples."""

from __future__ import annotations

from io import BytesIO

import av

from onealarm.audio.samples import Samples, join
from onealarm.errors import BadInput


def decode(data: bytes) -> Samples:
    """The samples of an ADTS or M4A file at its own rate, which for ours is 24 kHz. Raises ``BadInput``."""
    try:
        with av.open(BytesIO(data), "r") as container:
            resampler = av.AudioResampler(format="flt", layout="mono")
            frames = [mono for frame in container.decode(audio=0) for mono in resampler.resample(frame)]
    except (av.FFmpegError, IndexError) as error:
        raise BadInput("audio", f"cannot be decoded ({error})", "Give a whole ADTS or M4A file") from error
    return join(frames)
