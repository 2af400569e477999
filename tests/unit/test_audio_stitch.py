"""Stitched briefings of real speech in every voice: exact lengths, silent joins, level, and M4A as good as ADTS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from onealarm.audio.decode import decode
from onealarm.audio.encode import encode
from onealarm.audio.m4a import to_m4a
from onealarm.audio.measure import measure
from onealarm.audio.pause import is_pause, pause, pause_bytes
from onealarm.audio.segment import FRAME, SAMPLE_RATE
from onealarm.audio.stitch import places, total_samples, total_size
from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput
from onealarm.ids import SegmentKey
from tests.support.speech import briefing

every_voice = pytest.mark.parametrize("voice", VOICES)


def stitched(voice: str) -> bytes:
    return b"".join(data for _, data in briefing(voice))


@every_voice
def test_r14_the_decoded_length_is_the_sum_of_the_segments_to_the_sample(voice: str) -> None:
    pieces = [segment for segment, _ in briefing(voice)]
    assert decode(stitched(voice)).size == total_samples(pieces) == sum(piece.samples for piece in pieces)
    assert len(stitched(voice)) == total_size(pieces)


@every_voice
def test_r14_every_join_is_exact_silence_for_a_frame_on_both_sides(voice: str) -> None:
    decoded = decode(stitched(voice))
    for place in list(places([segment for segment, _ in briefing(voice)]))[1:]:
        assert not decoded[place.sample - FRAME : place.sample + FRAME].any()


@every_voice
def test_r14_segments_beside_each_other_without_a_pause_meet_in_silence_too(voice: str) -> None:
    spoken = [(segment, data) for segment, data in briefing(voice) if not is_pause(segment.key)]
    decoded = decode(b"".join(data for _, data in spoken))
    for place in list(places([segment for segment, _ in spoken]))[1:]:
        assert not decoded[place.sample - FRAME : place.sample + FRAME].any()


@every_voice
def test_a_segment_sounds_in_a_briefing_as_it_does_alone(voice: str) -> None:
    decoded = decode(stitched(voice))
    for (segment, data), place in zip(briefing(voice), places([one for one, _ in briefing(voice)]), strict=True):
        assert np.array_equal(decoded[place.sample : place.sample + segment.samples], decode(data))


@every_voice
def test_r13_the_whole_is_at_the_target_loudness_with_no_peak_above_minus_one(voice: str) -> None:
    whole = measure(decode(stitched(voice)))
    assert whole.lufs == pytest.approx(-16, abs=1)
    assert whole.true_peak_dbtp <= -1


@every_voice
def test_r14_m4a_decodes_to_the_same_samples(voice: str) -> None:
    assert np.array_equal(decode(to_m4a(stitched(voice))), decode(stitched(voice)))


def boxes(data: bytes, *path: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents of the boxes inside the box at ``path`` of an MP4 file."""
    at = 0
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content = data[at + 8 : at + size]
        if not path:
            yield name, content
        elif path[0] == name:
            yield from boxes(content, *path[1:])
        at += size


def test_m4a_has_its_index_in_front_and_no_edit_list() -> None:
    data = to_m4a(stitched("alloy"))
    names = [name for name, _ in boxes(data)]
    assert names.index(b"moov") < names.index(b"mdat")
    assert b"edts" not in [name for name, _ in boxes(data, b"moov", b"trak")]


def test_r15_m4a_tells_the_exact_duration() -> None:
    data = to_m4a(stitched("alloy"))
    (header,) = [content for name, content in boxes(data, b"moov") if name == b"mvhd"]
    scale, duration = (int.from_bytes(header[at : at + 4], "big") for at in (12, 16))
    assert (scale, duration) == (SAMPLE_RATE, decode(data).size)


def test_equal_streams_give_equal_m4a_without_a_time_of_creation() -> None:
    data = to_m4a(stitched("echo"))
    assert data == to_m4a(stitched("echo"))
    (header,) = [content for name, content in boxes(data, b"moov") if name == b"mvhd"]
    assert not any(header[4:12])
    assert b"Lavf" not in data


@pytest.mark.parametrize("data", [b"", b"not a stream", bytes(4000)])
def test_what_is_no_stream_does_not_become_m4a(data: bytes) -> None:
    with pytest.raises(BadInput, match="audio: is not an ADTS stream"):
        to_m4a(data)


@pytest.mark.parametrize(("milliseconds", "frames"), [(1, 1), (43, 1), (350, 8), (500, 12), (600, 14), (60_000, 1406)])
def test_a_pause_is_the_nearest_number_of_frames(milliseconds: int, frames: int) -> None:
    segment, data = pause(timedelta(milliseconds=milliseconds))
    assert (segment.key, segment.frames, segment.size) == (f"pause:{frames}", frames, len(data))
    assert data == pause_bytes(frames)
    assert is_pause(segment.key)


def test_a_pause_decodes_to_exact_zeros() -> None:
    segment, data = pause(timedelta(seconds=2))
    decoded = decode(data)
    assert decoded.size == segment.samples
    assert not decoded.any()


def test_a_pause_is_what_the_encoder_makes_of_silence() -> None:
    assert encode(np.zeros(8 * FRAME, np.float32)) == pause_bytes(8)


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(seconds=-1)])
def test_a_pause_of_no_length_is_refused(duration: timedelta) -> None:
    with pytest.raises(BadInput, match="duration"):
        pause(duration)


def test_a_key_of_speech_is_no_pause() -> None:
    assert not is_pause(SegmentKey("0f" * 32))


def test_places_follow_one_another() -> None:
    pieces = [segment for segment, _ in briefing("ash")]
    for piece, (here, following) in zip(pieces, pairwise(places(pieces)), strict=False):
        assert following.sample - here.sample == piece.samples
        assert following.offset - here.offset == piece.size
