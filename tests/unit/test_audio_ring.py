"""Ring clips: what phones accept, a soft start, speech in time, and ends that loop without a click."""

from __future__ import annotations

import wave
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest

from onealarm.audio.chime import chime
from onealarm.audio.decode import decode
from onealarm.audio.encode import encode, framed
from onealarm.audio.measure import measure
from onealarm.audio.pause import pause
from onealarm.audio.ring import ring_clip
from onealarm.audio.samples import Samples
from onealarm.audio.segment import FRAME, SAMPLE_RATE
from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput
from tests.support.speech import briefing

PAUSE = pause(timedelta(milliseconds=350))[1]
CHIME = 3 * SAMPLE_RATE


def opening(voice: str) -> bytes:
    """Greeting and time with their pauses."""
    return b"".join(data for _, data in briefing(voice)[:4])


def tone(seconds: float) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(0.25 * np.sin(2 * np.pi * 300 * times), dtype=np.float32)


def tones(*seconds: float) -> bytes:
    """Encoded tones of these lengths with pauses between them."""
    return PAUSE.join(encode(framed(tone(length))) for length in seconds)


def read(clip: bytes) -> Samples:
    with wave.open(BytesIO(clip)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32_767)


@pytest.mark.parametrize("voice", VOICES)
def test_r16_a_clip_holds_a_chime_and_then_all_that_is_said(voice: str) -> None:
    clip = read(ring_clip(opening(voice)))[CHIME:]
    before, (greeting, _), between, (time, _) = (briefing(voice)[number] for number in range(4))
    start = before[0].samples + greeting.onset
    end = before[0].samples + greeting.samples + between[0].samples + time.end
    said = decode(opening(voice))[start:end]
    assert np.corrcoef(clip[:SAMPLE_RATE], said[:SAMPLE_RATE])[0, 1] > 0.95
    after_the_swell = slice(3 * SAMPLE_RATE, end - start - SAMPLE_RATE // 100)
    assert np.abs(clip[after_the_swell] - said[after_the_swell]).max() <= 1 / 32_767
    assert CHIME + end - start <= 15 * SAMPLE_RATE


@pytest.mark.parametrize("voice", VOICES)
def test_r16_a_clip_starts_softly_and_gets_loud(voice: str) -> None:
    clip = read(ring_clip(opening(voice)))
    first, last = measure(clip[:SAMPLE_RATE]).lufs, measure(clip[6 * SAMPLE_RATE :]).lufs
    assert first is not None
    assert -45 <= first <= -30
    assert last == pytest.approx(-16, abs=2)
    assert measure(clip).true_peak_dbtp <= -1


@pytest.mark.parametrize("lengths", [(1.0,), (8.0,), (40.0,), (10.0, 10.0, 10.0)])
def test_r16_a_clip_loops_without_a_click(lengths: tuple[float, ...]) -> None:
    clip = read(ring_clip(tones(*lengths)))
    assert clip[0] == 0
    assert not clip[-SAMPLE_RATE // 10 :].any()
    assert np.abs(np.diff(clip)).max() < 0.05


def test_short_speech_is_followed_by_silence_up_to_five_seconds() -> None:
    clip = read(ring_clip(tones(0.5)))
    assert clip.size == 5 * SAMPLE_RATE


def test_long_speech_is_cut_where_two_segments_meet() -> None:
    clip = read(ring_clip(tones(10, 10, 10)))
    assert clip.size / SAMPLE_RATE == pytest.approx(3 + 10 + 10 + 0.35 + 0.5, abs=0.5)
    assert np.abs(clip[-SAMPLE_RATE:][: SAMPLE_RATE // 4]).max() > 0.2


def test_one_segment_that_is_too_long_is_faded_out() -> None:
    clip = read(ring_clip(tones(40)))
    assert clip.size == 28 * SAMPLE_RATE
    end = clip.size - SAMPLE_RATE // 2
    levels = [np.abs(clip[end - back : end - back + SAMPLE_RATE // 50]).max() for back in (7200, 4800, 2400, 480)]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("lengths", [(1.0,), (60.0,), (12.0, 12.0, 12.0)])
def test_r16_a_clip_is_within_what_phones_accept(lengths: tuple[float, ...]) -> None:
    clip = ring_clip(tones(*lengths))
    assert len(clip) <= 1_500_000
    assert 5 <= read(clip).size / SAMPLE_RATE <= 28


def test_equal_speech_gives_an_equal_clip() -> None:
    assert ring_clip(opening("sage")) == ring_clip(opening("sage"))


def test_silence_alone_gives_a_chime() -> None:
    clip = read(ring_clip(PAUSE))
    assert clip.size == 5 * SAMPLE_RATE
    assert clip[:CHIME].any()
    assert not clip[CHIME:].any()


def test_what_is_not_audio_is_refused() -> None:
    with pytest.raises(BadInput, match="audio"):
        ring_clip(b"not audio")


@pytest.mark.parametrize("samples", [0, 1, FRAME, SAMPLE_RATE, 3 * SAMPLE_RATE])
def test_a_chime_has_exactly_the_length_asked_for_and_begins_and_ends_at_zero(samples: int) -> None:
    sound = chime(samples)
    assert sound.size == samples
    if samples > 1:
        assert (sound[0], sound[-1]) == (0, 0)
