"""OpenAI's speech, and every server that offers the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial, reduce
from types import MappingProxyType
from typing import Any, Final

from onealarm.audio.foreign import read_sound
from onealarm.audio.segment import Recording
from onealarm.control.governor.pools import PoolId, Work
from onealarm.control.prices import SpeechPrice
from onealarm.errors import BadInput, Retryable, VoiceFailed
from onealarm.http.openai_api import OpenAIApi
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due, Processes, Utterance
from onealarm.voices.splitting import split
from onealarm.voices.spoilt import SpoiltSound
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.provider_calls import Answer, ProviderCalls

CHARACTERS_PER_TOKEN: Final = 4.67
"""Of text that is sent, by a bill of 877 tokens for 4,096 characters."""

_PER_CHARACTER: Final = timedelta(seconds=0.02)
_TYPICAL: Final = timedelta(seconds=5)
"""What an answer takes as a rule, at the least."""

_DECODE_WITHIN: Final = timedelta(seconds=20)
_WHENEVER: Final = timedelta(days=1)
_PATIENCE: Final = timedelta(minutes=5)
"""Without a ring that waits."""


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """How one model of one ``server`` (its address) is asked. ``voices`` are its names for ours, else ours are used.

    ``raw_rate`` is the sampling rate of the answer when plain samples (``pcm``) are asked for.
    """

    provider: str
    model: str
    server: str = ""
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    response_format: str = "wav"
    raw_rate: int | None = None
    instructions: str | None = None
    most_characters: int = 1_200
    answers_within: timedelta = timedelta(seconds=15)
    """And a fiftieth of a second more for each character."""

    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    price: SpeechPrice = field(default_factory=SpeechPrice)

    @property
    def engine(self) -> str:
        """Server, model, and a hash of all else that shapes the sound."""
        shape = [self.server, dict(self.voices), self.instructions, dict(self.extra)]
        digest = hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()
        return f"{self.provider}/{self.model}+{digest[:8]}"


class OpenAISpeech:
    """Implements ``onealarm.pipeline.ports.Voice``."""

    def __init__(
        self, api: OpenAIApi, model: SpeechModel, *, calls: ProviderCalls, processes: Processes, time: DatabaseTime
    ) -> None:
        self._api = api
        self._model = model
        self._calls = calls
        self._processes = processes
        self._time = time

    @property
    def engine(self) -> str:
        return self._model.engine

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        """Raises ``SpoiltSound`` for an answer that is no sound, ``VoiceFailed`` and ``Permanent`` for none at all."""
        del language  # it hears that from the text
        name = self._name(voice)
        said = [await self._say(piece, name, due) for piece in split(text, most=self._model.most_characters)]
        if not said:
            raise BadInput("text", "holds nothing that can be spoken", "Give at least one letter or digit")
        recordings, charges = [one for one, _ in said], [charge for _, charge in said]
        rates = {one.sample_rate for one in recordings}
        if len(rates) > 1:
            raise VoiceFailed(f"{self.engine} changed its sampling rate within a text")
        return Utterance(Recording(b"".join(one.pcm for one in recordings), rates.pop()), reduce(Charge.plus, charges))

    def _name(self, voice: str) -> str:
        if not self._model.voices:
            return voice
        if voice not in self._model.voices:
            raise BadInput("voice", f"{self.engine} has no {voice!r}", "Give one of " + ", ".join(self._model.voices))
        return self._model.voices[voice]

    async def _say(self, text: str, name: str, due: Due | None) -> tuple[Recording, Charge]:
        now = self._time.now()
        within = self._model.answers_within + len(text) * _PER_CHARACTER
        try:
            data = await self._calls.run(
                partial(self._ask, text, name, within),
                work=self._work(text),
                ring_at=now + _WHENEVER if due is None else due.ring_at,
                latest=now + _PATIENCE if due is None else due.latest,
                typical=min(within, _TYPICAL),
            )
        except VoiceFailed:
            raise
        except Retryable as error:
            raise VoiceFailed(str(error), wait=error.wait) from error
        return await self._read(data, text)

    async def _ask(self, text: str, name: str, within: timedelta) -> Answer[bytes]:
        model = self._model
        body: dict[str, Any] = {
            "model": model.model,
            "input": text,
            "voice": name,
            "response_format": model.response_format,
        }
        if model.instructions is not None:
            body["instructions"] = model.instructions
        if model.extra:
            body["extra_body"] = dict(model.extra)
        return await self._api.speech(body, within=within)

    def _work(self, text: str) -> Work:
        provider, model = self._model.provider, self._model.model
        return {
            PoolId(provider, model, "requests"): 1.0,
            PoolId(provider, model, "characters"): float(len(text)),
            PoolId(provider, model, "tokens"): len(text) / CHARACTERS_PER_TOKEN,
        }

    async def _read(self, data: bytes, text: str) -> tuple[Recording, Charge]:
        """An answer that cannot be used is taken to be charged like one that says the whole text."""
        read = partial(read_sound, data, raw_rate=self._model.raw_rate)
        try:
            recording = await self._processes.run(read, within=_DECODE_WITHIN)
        except Retryable as error:
            raise SpoiltSound(f"{self.engine}: {error}", charge=self._charge(text, timedelta())) from error
        return recording, self._charge(text, timedelta(seconds=recording.samples / recording.sample_rate))

    def _charge(self, text: str, sound: timedelta) -> Charge:
        return Charge(
            self._model.provider,
            self._model.model,
            requests=1,
            tokens=round(len(text) / CHARACTERS_PER_TOKEN),
            characters=len(text),
            usd=self._model.price.usd(characters=len(text), sound=sound),
        )
