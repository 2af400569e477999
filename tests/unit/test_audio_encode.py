"""Segments made from real speech: level, edges, repeatability, and recordings that are refused."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from onealarm.audio.decode import decode
from onealarm.audio.encode import encode, framed, make_segment
from onealarm.audio.level import measure_gain
from onealarm.audio.measure import measure
from onealarm.audio.samples import Samples
from onealarm.audio.segment import FRAME, SAMPLE_RATE, Recording
from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput, VoiceFailed
from onealarm.ids import SegmentKey
from tests.support.speech import passages, spoken

RATE = 22_050
KEY = SegmentKey("key")
every_voice = pytest.mark.parametrize("voice", VOICES)


def recorded(samples: Samples, *, rate: int = RATE) -> Recording:
    return Recording(np.rint(samples * 32_767).astype("<i2").tobytes(), rate)


def hum(seconds: float, *, peak: float = 0.3, rate: int = RATE) -> Samples:
    """A voice-like sound: harmonics of 120 Hz, swelling and falling four times a second."""
    times = np.arange(round(seconds * rate)) / rate
    harmonics = sum(np.sin(2 * np.pi * 120 * n * times) / n for n in range(1, 20))
    sound = np.asarray(harmonics * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * times)))
    return np.asarray(peak * sound / np.abs(sound).max(), dtype=np.float32)


def excerpt(recording: Recording, seconds: float) -> Recording:
    return Recording(recording.pcm[: 2 * round(seconds * recording.sample_rate)], recording.sample_rate)


@every_voice
def test_a_segment_says_what_its_bytes_hold(voice: str) -> None:
    for segment, data in spoken()[voice]:
        decoded = decode(data)
        assert segment.size == len(data)
        assert segment.samples == decoded.size
        assert measure(decoded).lufs == segment.lufs
        assert measure(decoded).true_peak_dbtp == segment.true_peak_dbtp


@every_voice
def test_no_true_peak_is_above_minus_one(voice: str) -> None:
    assert max(segment.true_peak_dbtp for segment, _ in spoken()[voice]) <= -1


@every_voice
def test_a_long_segment_is_within_half_a_unit_of_the_target(voice: str) -> None:
    long = [segment for segment, _ in spoken()[voice] if segment.end - segment.onset >= 3 * SAMPLE_RATE]
    assert long
    for segment in long:
        assert segment.lufs == pytest.approx(-16, abs=0.5)


@every_voice
def test_a_short_segment_is_near_the_target_by_its_voices_gain(voice: str) -> None:
    short = [segment for segment, _ in spoken()[voice] if segment.end - segment.onset < 3 * SAMPLE_RATE]
    assert short
    for segment in short:
        assert segment.lufs == pytest.approx(-16, abs=1.5)


@every_voice
def test_sound_begins_at_the_onset_and_ends_at_the_end(voice: str) -> None:
    """By another measure than the segment's own: where the level over 5 ms comes within 40 dB of the loudest 5 ms."""
    window = SAMPLE_RATE // 200
    for segment, data in spoken()[voice]:
        decoded = decode(data)
        blocks = np.sqrt(np.mean(decoded[: decoded.size // window * window].reshape(-1, window) ** 2, axis=1))
        loud = np.flatnonzero(blocks >= blocks.max() / 100)
        assert abs(loud[0] * window - segment.onset) <= 0.02 * SAMPLE_RATE
        assert abs((loud[-1] + 1) * window - segment.end) <= 0.08 * SAMPLE_RATE


@every_voice
def test_little_silence_is_left_around_the_sound_and_the_outermost_frames_are_exact_zeros(voice: str) -> None:
    for segment, data in spoken()[voice]:
        decoded = decode(data)
        assert not decoded[:FRAME].any()
        assert not decoded[-FRAME:].any()
        assert segment.onset <= 2 * FRAME + 0.02 * SAMPLE_RATE
        assert segment.samples - segment.end <= 3 * FRAME + 0.04 * SAMPLE_RATE


def test_equal_recordings_give_equal_bytes() -> None:
    recording = excerpt(passages()["nova"], 3)
    assert make_segment(recording, key=KEY, gain_db=6) == make_segment(recording, key=KEY, gain_db=6)


def test_a_short_segment_takes_the_gain_it_is_given() -> None:
    recording = recorded(hum(1.5, peak=0.1))
    soft, loud = (make_segment(recording, key=KEY, gain_db=gain)[0].lufs for gain in (0.0, 4.0))
    assert soft is not None
    assert loud == pytest.approx(soft + 4, abs=0.2)


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0, 2.9])
def test_a_short_segment_without_a_gain_is_levelled_by_its_repetition(seconds: float) -> None:
    _, data = make_segment(recorded(hum(seconds)), key=KEY, gain_db=None)
    sound = decode(data)[2 * FRAME : -2 * FRAME]
    assert measure(np.tile(sound, 20)).lufs == pytest.approx(-16, abs=1)


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_a_recording_may_have_any_rate(rate: int) -> None:
    segment, data = make_segment(recorded(hum(4, rate=rate), rate=rate), key=KEY, gain_db=None)
    assert (segment.end - segment.onset) / SAMPLE_RATE == pytest.approx(4, abs=0.1)
    assert segment.lufs == pytest.approx(-16, abs=0.5)
    assert decode(data).size == segment.samples


def test_silence_around_the_speech_does_not_change_the_segment() -> None:
    recording = excerpt(passages()["onyx"], 4)
    silence = bytes(2 * RATE)
    plain, _ = make_segment(recording, key=KEY, gain_db=None)
    padded, _ = make_segment(Recording(silence + recording.pcm + silence, RATE), key=KEY, gain_db=None)
    assert abs(plain.frames - padded.frames) <= 1
    assert padded.onset == pytest.approx(plain.onset, abs=100)


def test_peaks_far_above_the_rest_are_limited() -> None:
    spiky = hum(4, peak=0.02)
    spiky[:: RATE // 3] = 0.9
    segment, _ = make_segment(recorded(spiky), key=KEY, gain_db=None)
    assert segment.true_peak_dbtp <= -1


@pytest.mark.parametrize("make", [partial(make_segment, key=KEY, gain_db=0.0), measure_gain])
@pytest.mark.parametrize(
    ("recording", "problem"),
    [
        (Recording(b"", RATE), "empty"),
        (Recording(b"\0", RATE), "empty"),
        (Recording(bytes(2 * RATE), RATE), "silent"),
        (recorded(hum(3, peak=0.002)), "silent"),
        (recorded(np.clip(hum(3, peak=1.5), -1, 1)), "clipped"),
    ],
)
def test_a_recording_without_usable_sound_is_a_failure_of_the_voice(
    make: partial[object], recording: Recording, problem: str
) -> None:
    with pytest.raises(VoiceFailed, match=problem):
        make(recording)


def test_a_gain_brings_the_voice_to_the_target() -> None:
    gains = [measure_gain(recorded(hum(4, peak=peak))) for peak in (0.05, 0.1)]
    assert gains[0] - gains[1] == pytest.approx(20 * np.log10(2), abs=0.3)


@pytest.mark.parametrize("samples", [1, FRAME - 1, FRAME, FRAME + 1, 10 * FRAME])
def test_encoding_keeps_the_length_and_the_place_of_every_sample(samples: int) -> None:
    sound = hum(1, rate=SAMPLE_RATE)[:samples]
    before = framed(sound)
    after = decode(encode(before))
    assert after.size == before.size == (-(-samples // FRAME) + 4) * FRAME
    assert np.sqrt(np.mean((after - before) ** 2)) <= 0.1 * np.sqrt(np.mean(before**2)) + 1e-4


@every_voice
def test_every_segment_may_stand_beside_every_other(voice: str) -> None:
    """AAC allows a long block, or the start of short ones, only after a long block or the end of short ones."""
    long, start, _short, stop = range(4)
    for _, data in spoken()[voice]:
        first, last = (int.from_bytes(data[at + 7 : at + 11], "big") >> 14 & 3 for at in packet_places(data))
        assert first in (long, start)
        assert last in (long, stop)


def packet_places(data: bytes) -> list[int]:
    """Where the first and the last ADTS packet begin."""
    at, place = 0, 0
    while at < len(data):
        place = at
        at += (int.from_bytes(data[at + 3 : at + 6], "big") >> 5) & 0x1FFF
    return [0, place]


@pytest.mark.parametrize("data", [b"", b"not audio at all", bytes(5000)])
def test_what_is_not_audio_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="audio: cannot be decoded"):
        decode(data)
