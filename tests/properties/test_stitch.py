"""Whatever is put in a row: lengths add up, and every range of bytes is found in the right pieces."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.audio.decode import decode
from onealarm.audio.encode import encode, framed
from onealarm.audio.m4a import to_m4a
from onealarm.audio.pause import pause
from onealarm.audio.segment import FRAME, Segment
from onealarm.audio.stitch import places, slices, total_samples, total_size
from onealarm.ids import SegmentKey

Encoded = tuple[Segment, bytes]


@cache
def noises() -> tuple[Encoded, ...]:
    """Loud noise of several lengths: nothing is harder on a join."""
    made = []
    for number, samples in enumerate((1, 700, FRAME, 5_000, 20_001)):
        noise = np.random.default_rng(number).uniform(-0.5, 0.5, samples).astype(np.float32)
        sound = framed(noise)
        data = encode(sound)
        key = SegmentKey(f"noise-{number}")
        made.append((Segment(key, sound.size // FRAME, 0, sound.size, len(data), None, -3.0), data))
    return tuple(made)


pauses = st.integers(min_value=1, max_value=900).map(lambda milliseconds: pause(timedelta(milliseconds=milliseconds)))
segments = st.integers(min_value=0, max_value=4).map(lambda number: noises()[number])
briefings = st.lists(segments | pauses, min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(briefings)
def test_the_decoded_whole_is_the_decoded_pieces_in_a_row(pieces: list[Encoded]) -> None:
    decoded = decode(b"".join(data for _, data in pieces))
    assert decoded.size == total_samples([segment for segment, _ in pieces])
    for (segment, data), place in zip(pieces, places([segment for segment, _ in pieces]), strict=True):
        part = decoded[place.sample : place.sample + segment.samples]
        assert np.array_equal(part, decode(data))
        assert not part[:FRAME].any()
        assert not part[-FRAME:].any()


@settings(deadline=None, max_examples=15)
@given(briefings)
def test_m4a_holds_the_same_samples(pieces: list[Encoded]) -> None:
    adts = b"".join(data for _, data in pieces)
    assert np.array_equal(decode(to_m4a(adts)), decode(adts))


@given(briefings)
def test_places_are_where_the_bytes_are(pieces: list[Encoded]) -> None:
    whole = b"".join(data for _, data in pieces)
    known = [segment for segment, _ in pieces]
    assert total_size(known) == len(whole)
    for (_, data), place in zip(pieces, places(known), strict=True):
        assert whole[place.offset : place.offset + len(data)] == data


@given(briefings, st.integers(0, 40_000), st.integers(0, 40_000))
def test_a_range_of_the_whole_is_the_slices_of_its_pieces(pieces: list[Encoded], start: int, stop: int) -> None:
    whole = b"".join(data for _, data in pieces)
    wanted = slices([segment for segment, _ in pieces], start=start, stop=stop)
    assert b"".join(pieces[one.index][1][one.start : one.stop] for one in wanted) == whole[start:stop]
