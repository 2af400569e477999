"""M4A: the packets of an ADTS stream in an MP4 file, as they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import av

from onealarm.audio.segment import SAMPLE_RATE
from onealarm.errors import BadInput

_OPTIONS: Final = {
    "movflags": "+faststart",
    "fflags": "+bitexact",  # no time of creation and no name of the program: equal input, equal bytes
    "movie_timescale": str(SAMPLE_RATE),  # milliseconds would round the duration
    "use_editlist": "0",  # nothing is to be skipped: the priming packets are gone already
}


def to_m4a(adts: bytes) -> bytes:
    """The same packets as M4A, its index in front; it decodes to the same samples. Raises ``BadInput``."""
    with TemporaryDirectory(prefix="onealarm-") as folder:
        path = Path(folder) / "briefing.m4a"  # a file, because the index is moved to the front by reading it again
        try:
            _copy_packets(adts, path)
        except (av.FFmpegError, IndexError) as error:
            raise BadInput("audio", f"is not an ADTS stream ({error})", "Give the bytes of a briefing") from error
        return path.read_bytes()


def _copy_packets(adts: bytes, path: Path) -> None:
    with (
        av.open(BytesIO(adts), "r", format="aac") as source,
        av.open(path, "w", format="ipod", options=_OPTIONS) as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:  # the last one is empty: the end of the stream
                packet.stream = stream
                target.mux(packet)
