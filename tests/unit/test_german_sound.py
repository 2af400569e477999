"""The real local voice in German: heard, equally loud, and the same in every form as in English."""

from __future__ import annotations

import numpy as np
import pytest

from onealarm.audio.decode import decode
from onealarm.audio.measure import measure
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.briefing.voices import VOICES
from tests.support.speech import briefing, spoken

every_voice = pytest.mark.parametrize("voice", VOICES)


@every_voice
def test_a_briefing_is_at_the_target_and_no_peak_above_minus_one(voice: str) -> None:
    whole = measure(decode(b"".join(data for _, data in briefing(voice, "de"))))
    assert whole.lufs == pytest.approx(-16, abs=1)
    assert whole.true_peak_dbtp <= -1


@every_voice
def test_a_short_sentence_is_near_the_target_by_the_gain_of_its_voice_in_german(voice: str) -> None:
    """Within 2 LU: open vowels ("Hab einen schönen Tag") are louder than the passage that the gain is measured on."""
    short = [segment for segment, _ in spoken("de")[voice] if segment.end - segment.onset < 3 * SAMPLE_RATE]
    assert short
    for segment in short:
        assert segment.lufs == pytest.approx(-16, abs=2)


@every_voice
def test_every_sentence_is_heard(voice: str) -> None:
    for segment, data in spoken("de")[voice]:
        sound = decode(data)[segment.onset : segment.end]
        assert sound.size > 0.8 * SAMPLE_RATE
        assert float(np.sqrt(np.mean(sound**2))) > 0.05


def test_the_voices_do_not_speak_english_letters() -> None:
    for name in VOICES:
        english, german = spoken()[name][0], spoken("de")[name][0]
        assert english[1] != german[1]
