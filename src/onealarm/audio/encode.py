"""Encode: from a recording to a segment, once. What is made here is only ever copied afterwards.

A segment begins and ends with two frames of silence: the outer one takes the overlap with what stands beside it, the
inner one the noise that encoding spreads a frame to each side of a sound. So at a join the decoder gives exact zeros.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import av
import numpy as np

from onealarm.audio.decode import decode
from onealarm.audio.level import CEILING_DB, level
from onealarm.audio.measure import Loudness, measure
from onealarm.audio.samples import Samples, from_recording, to_frame
from onealarm.audio.segment import FRAME, SAMPLE_RATE, Recording, Segment
from onealarm.audio.trim import sound_span, trim
from onealarm.errors import VoiceFailed
from onealarm.ids import SegmentKey

BIT_RATE: Final = 64_000
"""Bits per second."""

MAX_TRUE_PEAK_DBTP: Final = -1.0

_EDGE: Final = 2 * FRAME
_LOOK_AHEAD: Final = 2 * FRAME
"""Silence fed behind the end and cut off again: without it the encoder may stop amid short blocks."""

_PEAK_MARGIN_DB: Final = 0.2
"""Meters of true peak differ by this much."""

_CEILINGS_DB: Final = (CEILING_DB, CEILING_DB - 1.5, CEILING_DB - 3)

# The fast coder has the lower noise at this rate and takes a third of the time; noise substitution would make decoders
# differ. Bit-exact: no name of the encoder in the stream.
_OPTIONS: Final = {"aac_coder": "fast", "aac_pns": "0", "flags": "+bitexact"}


def make_segment(recording: Recording, *, key: SegmentKey, gain_db: float | None) -> tuple[Segment, bytes]:
    """Trim, level, frame and encode a recording; the bytes are ADTS. ``gain_db`` is its voice's gain, for a short one.

    Raises ``VoiceFailed`` when the recording is empty, silent or clipped.
    """
    sound = trim(from_recording(recording))
    for ceiling_db in _CEILINGS_DB:
        data = encode(framed(level(sound, gain_db=gain_db, ceiling_db=ceiling_db)))
        decoded = decode(data)
        loudness = measure(decoded)
        if loudness.true_peak_dbtp <= MAX_TRUE_PEAK_DBTP - _PEAK_MARGIN_DB:
            return _segment(key, decoded, loudness, size=len(data)), data
    raise VoiceFailed(f"The recording keeps a true peak of {loudness.true_peak_dbtp:.1f} dBTP under every limiter")


def framed(sound: Samples) -> Samples:
    """The sound in whole frames, with silent frames at both ends."""
    return np.pad(sound, (_EDGE, -sound.size % FRAME + _EDGE))


def encode(samples: Samples) -> bytes:
    """Whole frames, the first and last two of them silent, as AAC-LC in ADTS: one packet for each frame.

    Packet n overlaps frames n - 1 and n, so the first packet only primes a decoder: dropped, it costs silence.
    """
    count = samples.size // FRAME
    padded = np.pad(samples, (0, _LOOK_AHEAD))
    buffer = BytesIO()
    with av.open(buffer, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono", options=_OPTIONS)
        stream.bit_rate = BIT_RATE
        frames = [to_frame(padded[start : start + FRAME], start=start) for start in range(0, padded.size, FRAME)]
        packets = [packet for frame in [*frames, None] for packet in stream.encode(frame)]
        container.mux(packets[1 : 1 + count])
    return buffer.getvalue()


def _segment(key: SegmentKey, decoded: Samples, loudness: Loudness, *, size: int) -> Segment:
    onset, end = sound_span(decoded)
    return Segment(
        key=key,
        frames=decoded.size // FRAME,
        onset=onset,
        end=end,
        size=size,
        lufs=loudness.lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
    )
