"""R7, R8, R12 and R18: voices of others, and all that their servers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.audio.export import export
from onealarm.audio.foreign import read_sound
from onealarm.audio.plausibility import implausible
from onealarm.audio.segment import Recording
from onealarm.audio.sniff import sniff
from onealarm.bootstrap import build
from onealarm.briefing.passages import PASSAGES
from onealarm.briefing.spoken import LANGUAGES
from onealarm.config import load_settings
from onealarm.errors import Permanent, VoiceFailed
from onealarm.events import Event, Events, ProviderExhausted
from onealarm.pipeline.briefing import Briefing
from onealarm.postgres.segments import PostgresSegments
from onealarm.providers import parse_providers
from onealarm.standin.speech import tone
from onealarm.voices.openai_speech import SpeechModel
from onealarm.voices.settings import OpenAIVoice
from onealarm.voices.splitting import split
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in
from tests.support.speech import passages
from tests.support.standin import StandIn, stand_in

TEXT: Final = "Good morning, it is half past seven, and the sun is out."


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


async def says(standin: StandIn, **model: Any) -> Recording:
    return (await standin.voice(**model).speak(TEXT, voice="alloy", language="en")).recording


async def calls_answered(standin: StandIn) -> float:
    counts = await standin.counts()
    return float(counts.get("tts-1", {}).get("calls", 0))


@pytest.mark.parametrize("form", ["wav", "mp3", "aac", "flac", "opus"])
async def test_r18_whatever_format_is_asked_for_is_decoded(standin: StandIn, form: str) -> None:
    seconds = len(tone(TEXT, "alloy").pcm) / 2 / 24_000
    found = await says(standin, response_format=form)
    assert found.samples / found.sample_rate == pytest.approx(seconds, abs=0.1)


async def test_r18_plain_samples_are_taken_where_they_were_asked_for(standin: StandIn) -> None:
    assert (await says(standin, response_format="pcm", raw_rate=24_000)).pcm == tone(TEXT, "alloy").pcm


async def test_r18_a_server_that_gives_another_format_than_was_asked_for_is_understood(standin: StandIn) -> None:
    standin.faults.put("speech", "wrong-format")
    assert (await says(standin, response_format="mp3")).samples == tone(TEXT, "alloy").samples


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF])
def test_r18_sizes_of_a_streamed_wav_mean_nothing(size: int) -> None:
    data = bytearray(export(tone(TEXT, "alloy"), "wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = size.to_bytes(4, "little")
    data[4:8] = size.to_bytes(4, "little")
    assert read_sound(bytes(data)).samples == tone(TEXT, "alloy").samples


@pytest.mark.parametrize("data", [b"", b"{}", b"<html>", Random(5).randbytes(5_000), b"RIFF", b"\xff\xfb"])
def test_r18_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(VoiceFailed):
        read_sound(data)


def test_r18_formats_are_known_by_their_first_bytes() -> None:
    made = {form: sniff(export(tone("Hello", "alloy"), form)) for form in ("wav", "mp3", "aac", "flac", "opus")}
    assert made == {"wav": "wav", "mp3": "mp3", "aac": "aac", "flac": "flac", "opus": "ogg"}


def test_r18_a_long_text_is_cut_at_the_ends_of_its_sentences() -> None:
    sentence = "The ferry left at 7.30 a.m. with 1,250 people, and Dr. Lee was one of them. "
    text = (sentence * 140).strip()
    assert len(text) > 10_000
    pieces = split(text, most=1_000)
    assert all(len(piece) <= 1_000 and piece.endswith("them.") for piece in pieces)
    assert " ".join(pieces) == text


@pytest.mark.parametrize(
    ("text", "most", "whole"),
    [
        ("Es war am 13. Oktober so und am 24. Dezember.", 22, ("13. Oktober", "24. Dezember")),
        ("Es gibt z.B. Birnen und auch Äpfel.", 16, ("z.B. Birnen",)),
        ("The U.S. President spoke today.", 20, ("U.S. President",)),
        ("There are 1 250 000 people here.", 14, ("1 250 000",)),
    ],
)
def test_r18_no_cut_falls_into_a_number_or_behind_an_abbreviation(text: str, most: int, whole: tuple[str, ...]) -> None:
    pieces = split(text, most=most)
    for words in whole:
        assert any(words in piece for piece in pieces), pieces


@given(st.text("ab1 .,;!?\n", max_size=300), st.integers(5, 60))
def test_r18_pieces_are_within_the_limit_and_nothing_is_lost(text: str, most: int) -> None:
    pieces = split(text, most=most)
    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


async def test_r18_a_text_over_the_limit_is_spoken_in_pieces_and_paid_for_once(standin: StandIn) -> None:
    said = await standin.voice(most_characters=30).speak(TEXT, voice="alloy", language="en")
    assert await calls_answered(standin) == 3
    assert said.charge is not None
    assert (said.charge.requests, said.charge.characters) == (3, len(TEXT) - 2)
    assert said.charge.usd == pytest.approx((len(TEXT) - 2) * 15e-6)


@pytest.mark.parametrize("fault", ["html", "empty", "json-error", "truncated", "random-bytes", "silence", "too-long"])
async def test_r8_r12_sound_that_cannot_be_right_is_asked_for_once_more_and_then_refused(
    standin: StandIn, fault: str
) -> None:
    standin.faults.put("speech", fault)
    with pytest.raises(VoiceFailed, match="no usable sound"):
        await says(standin)
    assert await calls_answered(standin) == 2
    standin.faults.put("speech", f"{fault}*1")
    said = await standin.voice().speak(TEXT, voice="alloy", language="en")
    assert said.charge is not None
    assert (said.charge.requests, said.charge.characters) == (2, 2 * len(TEXT)), "both are paid for"


@pytest.mark.parametrize("form", ["wav", "mp3", "aac", "flac", "opus"])
async def test_r8_sound_that_breaks_off_is_seen_in_every_format(standin: StandIn, form: str) -> None:
    standin.faults.put("speech", "truncated")
    with pytest.raises(VoiceFailed, match="no usable sound"):
        await says(standin, response_format=form)


def test_r8_a_small_file_that_holds_hours_is_refused() -> None:
    with pytest.raises(VoiceFailed, match="longer than"):
        read_sound(export(Recording(bytes(2 * 8_000 * 60 * 16), 8_000), "flac"))


async def test_r8_a_server_that_hangs_is_left_and_tried_again_within_the_time(standin: StandIn) -> None:
    standin.faults.put("speech", "hang*1")
    assert (await says(standin)).samples == tone(TEXT, "alloy").samples


async def test_r7_after_a_refusal_for_the_rate_the_call_waits_as_long_as_it_is_told(standin: StandIn) -> None:
    class Waiting(VirtualClock):
        slept = timedelta()

        async def sleep(self, duration: timedelta) -> None:
            self.slept += duration
            self.set(self.now() + duration)

    clock = Waiting()
    standin.faults.put("speech", "rate-limit*1")
    await standin.voice(clock=clock).speak(TEXT, voice="alloy", language="en")
    assert clock.slept >= timedelta(seconds=2)
    assert await calls_answered(standin) == 1


async def test_r7_without_quota_there_is_no_second_call_and_operators_hear_of_it_once(standin: StandIn) -> None:
    seen: list[Event] = []
    voice = standin.voice(events=Events([seen.append]))
    standin.faults.put("speech", "quota")
    for _ in range(3):
        with pytest.raises((Permanent, VoiceFailed)):
            await voice.speak(TEXT, voice="alloy", language="en")
    assert [one for one in seen if isinstance(one, ProviderExhausted)] == [ProviderExhausted("standin", "tts-1")]


def test_r12_what_the_local_voices_say_is_plausible() -> None:
    for language in LANGUAGES:
        for voice, recording in passages(language).items():
            assert implausible(recording, PASSAGES[language], language=language) is None, (language, voice)


@pytest.mark.parametrize(
    ("bent", "problem"),
    [
        (lambda pcm: pcm[: len(pcm) // 4], "lasts"),
        (lambda pcm: np.tile(pcm, 6), "lasts"),
        (lambda pcm: np.concatenate([pcm[:20_000], np.zeros(40_000, "<i2"), pcm[20_000:40_000]]), "in the middle"),
        (lambda pcm: np.where(pcm > 0, 32_767, pcm).astype("<i2"), "clipped"),
        (lambda pcm: (pcm * 0.001).astype("<i2"), "silent"),
    ],
)
def test_r12_what_cannot_be_the_text_is_found(bent: Any, problem: str) -> None:
    pcm = np.frombuffer(tone(TEXT, "alloy").pcm, "<i2")
    found = implausible(Recording(bent(pcm).astype("<i2").tobytes(), 24_000), TEXT, language="en")
    assert found is not None
    assert problem in found


async def made_with(
    standin: StandIn, database_url: str, clock: VirtualClock, home: Path, *, answers_within: float
) -> Briefing:
    """A briefing by the whole program, with this server as its first voice."""
    settings = load_settings(ONEALARM_HOME=str(home), ONEALARM_PROCESSES="1")
    providers = parse_providers(
        {
            "voices": [
                {
                    "kind": "openai",
                    "name": "standin",
                    "model": "tts-1",
                    "base_url": standin.base_url,
                    "timeout": answers_within,
                }
            ]
        }
    )
    async with build(settings, database_url, now=clock.now, stock=(), providers=providers) as parts:
        [asked] = providers.voices
        assert isinstance(asked, OpenAIVoice)
        engine = SpeechModel(provider="standin", model="tts-1", server=str(asked.base_url)).engine
        await PostgresSegments(parts.database).save_gain(0.0, engine=engine, voice="alloy", language="en")
        alarm = await make_alarm_in(parts.database, timedelta(minutes=50), now=clock.now())
        await parts.queue.beat(parts.worker.id, report=parts.worker.report())
        assert await parts.worker.claim_once() == 1
        await parts.worker.finish()
        found = await parts.audio.of_alarm(alarm.id)
        assert found is not None
        assert found.audio is not None, found.reason
        return found.audio.briefing


@pytest.mark.parametrize(
    ("fault", "tier", "reason"),
    [
        (None, "full", None),
        ("quota", "local", "no quota or credit left"),
        ("unauthorised", "local", "status 401"),
        ("overloaded", "local", "status 503"),
        ("hang", "local", "no answer within"),
        ("clipped", "local", "no usable sound"),
    ],
)
async def test_r7_r8_r10_with_every_fault_there_is_a_briefing_that_says_how_good_it_is(
    standin: StandIn,
    database_url: str,
    clock: VirtualClock,
    tmp_path: Path,
    fault: str | None,
    tier: str,
    reason: str | None,
) -> None:
    standin.faults.put("speech", fault)
    briefing = await made_with(standin, database_url, clock, tmp_path, answers_within=0.1 if fault == "hang" else 10.0)
    assert briefing.tier == tier
    if reason is None:
        assert briefing.reason is None
        assert briefing.engine.startswith("standin/tts-1+")
    else:
        assert reason in (briefing.reason or "")
        assert briefing.engine.startswith("espeak")
