"""The local voice: espeak-ng in child processes, needing neither key nor network."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import espeakng_loader

from onealarm.errors import BadInput, Retryable, VoiceFailed
from onealarm.pipeline.ports import Due, Processes, Utterance
from onealarm.voices.espeak_library import utter
from onealarm.voices.espeak_speaker import EspeakSpeaker
from onealarm.voices.espeak_voices import SPEAKERS, VOICES_VERSION

LONGEST_TEXT: Final = 5_000
"""Characters in one utterance."""

_WITHIN: Final = timedelta(seconds=20)


class EspeakVoice:
    """Implements ``onealarm.pipeline.ports.Voice``. The library itself is loaded in the children alone."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._engine = f"espeakng-loader-{version('espeakng-loader')}+voices{VOICES_VERSION}"
        self._library = Path(espeakng_loader.get_library_path())
        self._data = self._library.parent / "espeak-ng-data"

    @property
    def engine(self) -> str:
        return self._engine

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        """Speak ``text`` as it stands: it holds no markup. Equal input gives equal samples."""
        del due  # this voice needs no permit of anybody
        speaker = _speaker(voice, language)
        utterance = partial(utter, _speakable(text), speaker, library=self._library, data=self._data)
        try:
            recording = await self._processes.run(utterance, within=_WITHIN)
        except VoiceFailed:
            raise
        except Retryable as error:
            raise VoiceFailed(f"The local voice failed: {error}", wait=error.wait) from error
        if not any(recording.pcm):
            raise VoiceFailed("The local voice found nothing to say in the text")
        return Utterance(recording)


def _speaker(voice: str, language: str) -> EspeakSpeaker:
    """Raises ``BadInput`` for a language or a voice that is not here."""
    speakers = SPEAKERS.get(language.lower().replace("_", "-").partition("-")[0])
    if speakers is None:
        known = ", ".join(SPEAKERS)
        raise BadInput(
            "language",
            f"the local voice does not speak {language!r}",
            f"Give one of {known}, or another voice engine",
        )
    if voice not in speakers:
        raise BadInput("voice", f"there is no voice {voice!r}", f"Give one of {', '.join(speakers)}")
    return speakers[voice]


def _speakable(text: str) -> str:
    """The text without control characters, some of which are commands to the library. Raises ``BadInput``."""
    if len(text) > LONGEST_TEXT:
        raise BadInput("text", f"has {len(text)} characters", f"Give at most {LONGEST_TEXT} in one utterance")
    if not any(character.isalnum() for character in text):
        raise BadInput("text", "holds nothing that can be spoken", "Give at least one letter or digit")
    return "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
