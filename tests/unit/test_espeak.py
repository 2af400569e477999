"""The local voice: nine voices that differ, the same sound every time, and text that is only text."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import espeakng_loader
import numpy as np
import pytest
from numpy.typing import NDArray

from onealarm.audio.samples import Samples, from_recording
from onealarm.audio.segment import SAMPLE_RATE, Recording
from onealarm.audio.trim import trim
from onealarm.briefing.passages import PASSAGES
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput, SetupError, VoiceFailed
from onealarm.pipeline.ports import Voice
from onealarm.processes import ChildProcesses
from onealarm.voices.espeak import LONGEST_TEXT, EspeakVoice
from onealarm.voices.espeak_library import utter
from onealarm.voices.espeak_voices import SPEAKERS
from tests.support.speech import passages

LIBRARY: Final = Path(espeakng_loader.get_library_path())
DATA: Final = LIBRARY.parent / "espeak-ng-data"
HELLO: Final = "Hello there, sister, it is six o'clock."


@pytest.fixture
async def processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses(2) as two:
        yield two


@pytest.fixture
def voice(processes: ChildProcesses) -> Voice:
    return EspeakVoice(processes)


async def recorded(speaking: Voice, text: str, *, voice: str, language: str) -> Recording:
    return (await speaking.speak(text, voice=voice, language=language)).recording


def seconds(recording: Recording) -> float:
    return trim(from_recording(recording)).size / SAMPLE_RATE


def fundamental_hz(sound: Samples) -> float:
    """The median over frames of 40 ms of the strongest period between 60 and 400 Hz, by autocorrelation."""
    found = []
    for frame in np.lib.stride_tricks.sliding_window_view(sound, 960)[::480]:
        centred = frame - frame.mean()
        likeness = np.correlate(centred, centred, "full")[959:]
        period = 60 + int(likeness[60:400].argmax())
        if np.sqrt(np.mean(centred**2)) > 0.02 and likeness[period] > 0.4 * likeness[0]:
            found.append(SAMPLE_RATE / period)
    return float(np.median(found))


def timbre_db(sound: Samples) -> NDArray[np.float64]:
    """The long-term spectrum in thirds of an octave from 100 Hz to 8 kHz, about its mean."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    frequency = np.fft.rfftfreq(sound.size, 1 / SAMPLE_RATE)
    edges = [100 * 2 ** (third / 3) for third in range(20)]
    levels = np.array(
        [10 * np.log10(power[(frequency >= low) & (frequency < high)].sum()) for low, high in itertools.pairwise(edges)]
    )
    return np.asarray(levels - levels.mean(), dtype=np.float64)


def test_every_preference_has_a_voice() -> None:
    assert set(SPEAKERS) == set(LANGUAGES)
    for speakers in SPEAKERS.values():
        assert set(speakers) == set(VOICES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_two_voices_differ_in_pitch_or_timbre(language: str) -> None:
    sounds = {name: trim(from_recording(passage)) for name, passage in passages(language).items()}
    pitch = {name: fundamental_hz(sound) for name, sound in sounds.items()}
    timbre = {name: timbre_db(sound) for name, sound in sounds.items()}
    for one, other in itertools.combinations(VOICES, 2):
        semitones = abs(12 * np.log2(pitch[one] / pitch[other]))
        decibels = float(np.sqrt(np.mean((timbre[one] - timbre[other]) ** 2)))
        assert semitones > 2 or decibels > 4, f"{one} and {other}: {semitones:.1f} semitones, {decibels:.1f} dB"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voice_is_as_high_or_low_in_every_language(language: str) -> None:
    pitch = {name: fundamental_hz(trim(from_recording(passage))) for name, passage in passages(language).items()}
    assert {name for name in VOICES if pitch[name] > 150} == {"alloy", "nova", "sage", "shimmer"}


def test_there_are_low_and_high_voices_of_both_english_accents() -> None:
    british = {name for name in VOICES if SPEAKERS["en"][name].name.startswith("en-gb")}
    assert british & {"alloy", "nova", "sage", "shimmer"}
    assert british - {"alloy", "nova", "sage", "shimmer"}


@pytest.mark.parametrize(("language", "slowest", "fastest"), [("en", 145, 165), ("de", 130, 150)])
@pytest.mark.parametrize("name", VOICES)
def test_a_voice_speaks_at_the_pace_of_a_reader(name: str, language: str, slowest: int, fastest: int) -> None:
    """German words are longer: fewer of them take the same time."""
    words = len(PASSAGES[language].replace("-", " ").split())
    assert slowest <= words * 60 / seconds(passages(language)[name]) <= fastest


async def test_the_languages_do_not_sound_alike(voice: Voice) -> None:
    english, german = [
        await recorded(voice, "Guten Morgen, Wolfgang", voice="alloy", language=language) for language in LANGUAGES
    ]
    assert english.pcm != german.pcm
    assert seconds(german) > 0.5


async def test_the_same_text_gives_the_same_samples_whatever_was_said_before(voice: Voice) -> None:
    async def speak(text: str, names: Iterable[str]) -> list[bytes]:
        said = await asyncio.gather(*(recorded(voice, text, voice=name, language="en") for name in names))
        return [recording.pcm for recording in said]

    first = await speak(HELLO, VOICES)
    await speak("Ssh. Something else!", VOICES)
    assert await speak(HELLO, VOICES) == first
    assert (await speak(HELLO, reversed(VOICES)))[::-1] == first


async def test_letters_that_the_voice_does_not_know_are_a_failure_of_the_voice(voice: Voice) -> None:
    with pytest.raises(VoiceFailed, match="nothing to say"):
        await recorded(voice, "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}", voice="alloy", language="en")


async def test_the_library_is_loaded_in_children_only(voice: Voice) -> None:
    await recorded(voice, HELLO, voice="alloy", language="en")
    assert "espeak" not in Path("/proc/self/maps").read_text()


def test_the_engine_names_itself_and_its_version(voice: Voice) -> None:
    engine, voices = voice.engine.split("+")
    assert engine.startswith("espeakng-loader-")
    assert voices.startswith("voices")


async def test_markup_is_spoken_as_text(voice: Voice) -> None:
    plain = seconds(await recorded(voice, "Hello", voice="alloy", language="en"))
    phonemes = seconds(await recorded(voice, "[[h@l'oU]]", voice="alloy", language="en"))
    comment = seconds(await recorded(voice, "<!-- nothing to hear in here --> Hello", voice="alloy", language="en"))
    assert phonemes > 2 * plain
    assert comment > 2 * plain


async def test_control_characters_are_no_commands(voice: Voice) -> None:
    faster = await recorded(voice, "\x01400S Hello there, good morning.", voice="alloy", language="en")
    spoken = await recorded(voice, " 400S Hello there, good morning.", voice="alloy", language="en")
    assert faster.pcm == spoken.pcm


async def test_a_zero_byte_does_not_end_the_text(voice: Voice) -> None:
    whole = await recorded(voice, "Hello\0there, good morning.", voice="alloy", language="en")
    assert whole.pcm == (await recorded(voice, "Hello there, good morning.", voice="alloy", language="en")).pcm


@pytest.mark.parametrize("text", ["", "   ", "...", "\N{ALARM CLOCK}\N{SMILING FACE WITH SUNGLASSES}", "\u200b", "-"])
async def test_text_without_a_letter_or_digit_is_refused(voice: Voice, text: str) -> None:
    with pytest.raises(BadInput, match="text: holds nothing that can be spoken"):
        await recorded(voice, text, voice="alloy", language="en")


async def test_text_that_is_too_long_is_refused(voice: Voice) -> None:
    with pytest.raises(BadInput, match="text: has 5001 characters"):
        await recorded(voice, "a" * (LONGEST_TEXT + 1), voice="alloy", language="en")


async def test_the_longest_text_is_spoken(voice: Voice) -> None:
    recording = await recorded(voice, "word " * (LONGEST_TEXT // 5), voice="alloy", language="en")
    assert recording.samples > 200 * recording.sample_rate


async def test_text_in_any_script_gives_sound(voice: Voice) -> None:
    for text in ("Łódź, Ångström, Søren and 東京", "Привет", "e\u0301clair", "lone \ud800 surrogate"):
        assert seconds(await recorded(voice, text, voice="sage", language="en")) > 0.2, text


async def test_an_unknown_voice_is_refused_by_name(voice: Voice) -> None:
    with pytest.raises(BadInput, match=r"voice: there is no voice 'robot'.*alloy"):
        await recorded(voice, "Hello", voice="robot", language="en")


async def test_english_is_spoken_under_every_form_of_its_name(voice: Voice) -> None:
    spoken = [await recorded(voice, "Hello", voice="echo", language=name) for name in ("en", "en-US", "en_GB", "EN")]
    assert all(recording.pcm == spoken[0].pcm for recording in spoken)
    assert seconds(spoken[0]) > 0.2


@pytest.mark.parametrize("language", ["tlh", "enm", "deu", ""])
async def test_a_language_without_voices_is_refused(voice: Voice, language: str) -> None:
    with pytest.raises(BadInput, match="language"):
        await recorded(voice, "Hallo", voice="alloy", language=language)


async def test_a_child_that_dies_is_replaced_and_the_text_is_spoken() -> None:
    async with ChildProcesses(1) as one:
        pid = await one.run(os.getpid, within=timedelta(seconds=30))
        os.kill(pid, signal.SIGSTOP)  # so that it cannot answer before it dies
        speaking = asyncio.create_task(EspeakVoice(one).speak("Hello", voice="alloy", language="en"))
        await asyncio.wait([speaking], timeout=0.2)
        os.kill(pid, signal.SIGKILL)
        spoken = await speaking
        assert await one.run(os.getpid, within=timedelta(seconds=30)) != pid
        assert spoken == await EspeakVoice(one).speak("Hello", voice="alloy", language="en")


class CrashingVoice(EspeakVoice):
    """A voice whose library crashes its process whatever it is asked to say."""

    def __init__(self, processes: ChildProcesses) -> None:
        super().__init__(Crashing(processes))


class Crashing:
    """Implements ``Processes``: runs a crash in place of every call."""

    def __init__(self, processes: ChildProcesses) -> None:
        self._processes = processes

    async def run(self, _function: object, *_arguments: object, within: timedelta) -> Any:
        return await self._processes.run(signal.raise_signal, signal.SIGSEGV, within=within)


async def test_a_library_that_keeps_crashing_is_a_failure_of_the_voice(processes: ChildProcesses) -> None:
    with pytest.raises(VoiceFailed, match="died 3 times"):
        await CrashingVoice(processes).speak("Hello", voice="alloy", language="en")


async def test_an_installation_in_a_long_path_speaks_the_same(processes: ChildProcesses, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / ("longer" * 30)
    shutil.copytree(LIBRARY.parent, folder)
    there = partial(utter, library=folder / LIBRARY.name, data=folder / DATA.name)
    here = partial(utter, library=LIBRARY, data=DATA)
    spoken = [
        await processes.run(place, HELLO, SPEAKERS["en"]["verse"], within=timedelta(seconds=30))
        for place in (here, there)
    ]
    assert spoken[0].pcm == spoken[1].pcm


async def test_missing_data_is_named_with_the_remedy(processes: ChildProcesses, tmp_path: Path) -> None:
    nowhere = partial(utter, library=LIBRARY, data=tmp_path)
    with pytest.raises(SetupError, match=r"data is not in .*espeakng-loader"):
        await processes.run(nowhere, HELLO, SPEAKERS["en"]["verse"], within=timedelta(seconds=30))


async def test_a_missing_library_is_named_with_the_remedy(processes: ChildProcesses, tmp_path: Path) -> None:
    nowhere = partial(utter, library=tmp_path / "libespeak-ng.so", data=DATA)
    with pytest.raises(SetupError, match=r"cannot be loaded .*espeakng-loader"):
        await processes.run(nowhere, HELLO, SPEAKERS["en"]["verse"], within=timedelta(seconds=30))
