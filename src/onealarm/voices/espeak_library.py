"""The library espeak-ng through ctypes. For child processes only: it is under the GPL, not thread-safe, and in C."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from onealarm.audio.segment import Recording
from onealarm.errors import SetupError, VoiceFailed
from onealarm.voices.espeak_speaker import EspeakSpeaker

_REMEDY: Final = "Install the package espeakng-loader again"

# From espeak-ng's speak_lib.h.
_OUTPUT_SYNCHRONOUS: Final = 2
_DO_NOT_EXIT: Final = 0x8000  # return an error instead of ending the process
_POSITION_CHARACTER: Final = 1
_CHARACTERS_UTF8: Final = 1  # and neither SSML (0x10) nor phonemes in [[ ]] (0x100): text is text
_RATE: Final = 1
_VOLUME: Final = 2
_PITCH: Final = 3
_OK: Final = 0

_VOLUME_PERCENT: Final = 75
"""Below 100, so that no voice comes near full scale: loudness is set later, clipping cannot be undone."""

_LONGEST_DATA_PATH: Final = 120
"""The library keeps this path in 160 bytes, and builds the names of its files on it."""

_SYNTH_CALLBACK: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def utter(text: str, speaker: EspeakSpeaker, *, library: Path, data: Path) -> Recording:
    """Speak ``text`` with the library and the data folder at these places. Equal input gives equal samples.

    Raises ``SetupError`` when library or data cannot be used, and ``VoiceFailed``.
    """
    if not (data / "phontab").is_file():  # the library would look elsewhere, and take what it finds
        raise SetupError(f"espeak-ng's data is not in {data}", _REMEDY)
    with _loaded(library) as espeak, _short_path(data) as path:
        rate = espeak.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, os.fsencode(path), _DO_NOT_EXIT)
        if rate <= 0:
            raise SetupError(f"espeak-ng cannot use its data in {data}", _REMEDY)
        try:
            espeak.espeak_ng_SetRandSeed(ctypes.c_long(1))  # else breath and roughness begin with the time of day
            _set_up(espeak, speaker)
            return Recording(_synthesize(espeak, text), rate)
        finally:
            espeak.espeak_Terminate()


@contextmanager
def _loaded(library: Path) -> Iterator[Any]:
    """The library, fresh: it keeps the phases of its noise and flutter between utterances, so that only the first one
    after loading does not depend on what was said before. This takes 2 ms, and 2 KB that the library never frees.
    """
    try:
        espeak = ctypes.CDLL(os.fspath(library))
    except OSError as error:
        raise SetupError(f"espeak-ng cannot be loaded ({error})", _REMEDY) from error
    try:
        yield espeak
    finally:
        ctypes.CDLL(None).dlclose(ctypes.c_void_p(espeak._handle))


@contextmanager
def _short_path(data: Path) -> Iterator[str]:
    """The folder under a name that fits the library's buffer: its own, or that of an open descriptor."""
    if len(os.fsencode(data)) <= _LONGEST_DATA_PATH:
        yield os.fspath(data)
        return
    if sys.platform != "linux":
        raise SetupError(
            f"The path of espeak-ng's data is too long: {data}", "Install OneAlarm in a folder with a shorter path"
        )
    try:
        descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise SetupError(f"espeak-ng's data cannot be read ({error})", _REMEDY) from error
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _set_up(espeak: Any, speaker: EspeakSpeaker) -> None:
    if espeak.espeak_SetVoiceByName(speaker.name.encode()) != _OK:
        raise SetupError(f"espeak-ng's data has no voice {speaker.name}", _REMEDY)
    for parameter, value in ((_RATE, speaker.rate), (_VOLUME, _VOLUME_PERCENT), (_PITCH, speaker.pitch)):
        if espeak.espeak_SetParameter(parameter, value, 0) != _OK:
            raise VoiceFailed(f"espeak-ng refused the value {value} for its parameter {parameter}")


def _synthesize(espeak: Any, text: str) -> bytes:
    """16-bit samples at the library's rate."""
    chunks: list[bytes] = []

    def keep(samples: Any, count: int, _events: object) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, 2 * count))
        return 0  # go on

    callback = _SYNTH_CALLBACK(keep)
    espeak.espeak_SetSynthCallback(callback)
    encoded = text.encode() + b"\0"
    failed = espeak.espeak_Synth(
        encoded, ctypes.c_size_t(len(encoded)), 0, _POSITION_CHARACTER, 0, _CHARACTERS_UTF8, None, None
    )
    if failed:
        raise VoiceFailed(f"espeak-ng failed with code {failed}")
    return b"".join(chunks)
