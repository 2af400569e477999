"""The stand-in's speech: really spoken by the local voice, or tones of a plausible length."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import numpy as np

from onealarm.audio.export import export
from onealarm.audio.segment import Recording
from onealarm.briefing.voices import VOICES
from onealarm.pipeline.ports import Processes, Voice
from onealarm.standin.answers import JSON, Reply, error, refusal

MOST_CHARACTERS: Final = 4_096
RATE: Final = 24_000
_CHARACTERS_PER_SECOND: Final = 15.3
_EXPORT_WITHIN: Final = timedelta(seconds=30)
_TYPES: Final[Mapping[str, str]] = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "opus": "audio/ogg",
    "pcm": "audio/pcm",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was answered, and the seconds of sound in it."""

    reply: Reply
    seconds: float = 0.0


class Speech:
    """``voice`` speaks; without one there are tones."""

    def __init__(self, *, voice: Voice | None, processes: Processes) -> None:
        self._voice = voice
        self._processes = processes

    async def answer(self, body: Mapping[str, Any], fault: str | None) -> Spoken:
        """As ``POST /v1/audio/speech`` does; a hang is the server's to make."""
        if fault is not None and (refused := refusal(fault)) is not None:
            return Spoken(refused)
        text, form = str(body.get("input", "")), str(body.get("response_format", "mp3"))
        if problem := _problem(body, text, form):
            return Spoken(error(400, code="invalid_value", message=problem, kind="invalid_request_error"))
        spoiled = _spoiled(fault)
        if spoiled is not None:
            return Spoken(spoiled)
        recording = _bent(await self._speak(text, str(body["voice"])), fault)
        sent = "flac" if fault == "wrong-format" else form
        encode = partial(export, recording, sent)
        data: bytes = await self._processes.run(encode, within=_EXPORT_WITHIN)
        if fault == "truncated":
            data = data[: len(data) // 2]
        return Spoken(Reply(200, data, _TYPES[form]), recording.samples / recording.sample_rate)

    async def _speak(self, text: str, voice: str) -> Recording:
        if self._voice is None:
            return tone(text, voice)
        known = voice if voice in VOICES else VOICES[0]
        return (await self._voice.speak(text, voice=known, language="en")).recording


def tone(text: str, voice: str) -> Recording:
    """A tone of its own for each text and voice, as long as the text takes to say, that swells as speech does."""
    seconds = max(0.4, len(text) / _CHARACTERS_PER_SECOND)
    digest = hashlib.sha256(f"{voice}:{text}".encode()).digest()
    time = np.arange(int(seconds * RATE)) / RATE
    wave = 0.25 * np.sin(2 * np.pi * (140 + digest[0]) * time) * (1 + 0.6 * np.sin(2 * np.pi * 4 * time))
    return Recording((wave * 32_767 / 1.6).astype("<i2").tobytes(), RATE)


def _problem(body: Mapping[str, Any], text: str, form: str) -> str | None:
    if not text:
        return "input: a text is required"
    if len(text) > MOST_CHARACTERS:
        return f"input: string too long. Expected a string with maximum length {MOST_CHARACTERS}"
    if form not in _TYPES:
        return f"response_format: {form!r} is not one of {', '.join(_TYPES)}"
    return None if body.get("voice") else "voice: a voice is required"


def _spoiled(fault: str | None) -> Reply | None:
    """Answers with status 200 that are no sound."""
    match fault:
        case "empty":
            return Reply(200, b"", "audio/wav")
        case "json-error":
            return Reply(200, b'{"detail": {"error": "processing_error", "message": "model not loaded"}}', JSON)
        case "random-bytes":
            return Reply(200, hashlib.shake_256(b"random").digest(20_000), "audio/wav")
        case _:
            return None


def _bent(recording: Recording, fault: str | None) -> Recording:
    """Sound that is sound, but not what was asked for."""
    pcm = np.frombuffer(recording.pcm, dtype="<i2")
    match fault:
        case "silence":
            pcm = np.zeros_like(pcm)
        case "too-long":
            pcm = np.tile(pcm, 1 + int(8 * RATE / max(1, pcm.size)) + 3)
        case "clipped":
            pcm = np.where(pcm >= 0, 32_767, -32_767).astype("<i2")
        case _:
            return recording
    return Recording(pcm.tobytes(), recording.sample_rate)
