"""Export: a recording as a file of another format, as a server of speech would send it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Final

import av
import numpy as np

from onealarm.audio.segment import Recording
from onealarm.errors import BadInput

_CODECS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "wav": ("wav", "pcm_s16le"),
        "mp3": ("mp3", "libmp3lame"),
        "aac": ("adts", "aac"),
        "flac": ("flac", "flac"),
        "opus": ("ogg", "libopus"),
    }
)
"""Container and encoder."""


def export(recording: Recording, form: str) -> bytes:
    """The file; ``pcm`` is plain 16-bit samples. Raises ``BadInput`` for a format that is not known."""
    if form == "pcm":
        return recording.pcm
    if form not in _CODECS:
        raise BadInput("response_format", f"{form!r} is not known", "Give pcm, " + ", ".join(_CODECS))
    container_name, codec = _CODECS[form]
    pcm = np.frombuffer(recording.pcm[: recording.samples * 2], dtype="<i2")
    buffer = BytesIO()
    with av.open(buffer, "w", format=container_name) as container:
        stream = container.add_stream(codec, rate=recording.sample_rate, layout="mono")
        assert isinstance(stream, av.AudioStream), "it was asked for a sound encoder"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm[np.newaxis, :]), format="s16", layout="mono")
        frame.sample_rate = recording.sample_rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=recording.sample_rate, frame_size=_frame_size(codec)
        )
        for one in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(one))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _frame_size(codec: str) -> int:
    """Samples in a frame, for encoders that insist on it."""
    return {"aac": 1_024, "libmp3lame": 1_152, "libopus": 960}.get(codec, 4_096)
