"""What an operator says of his voices: one ``[[voices]]`` table of the providers' file for each engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

from onealarm.briefing.voices import VOICES
from onealarm.control.prices import SpeechPrice, speech_price

_NAME: Final = r"^[a-z0-9][a-z0-9_.-]{0,63}$"

Name = Annotated[str, Field(pattern=_NAME)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenAIVoice(_Table):
    """OpenAI or a server that offers the same."""

    kind: Literal["openai"]
    name: Name = "openai"
    base_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    key_env: str | None = None
    """The variable that holds the key; without one none is sent."""

    model: Annotated[str, Field(min_length=1, max_length=100)] = "gpt-4o-mini-tts"
    voices: dict[str, str] = {}
    format: Literal["wav", "mp3", "aac", "flac", "opus", "pcm"] = "wav"
    sample_rate: Annotated[int | None, Field(ge=8_000, le=48_000)] = None
    instructions: Annotated[str | None, Field(max_length=2_000)] = None
    max_characters: Annotated[int, Field(ge=50, le=10_000)] = 1_200
    timeout: Annotated[float, Field(ge=0.1, le=300)] = 15.0
    """Seconds for an answer, and a fiftieth more for each character."""

    extra: dict[str, Any] = {}
    usd_per_million_characters: Annotated[float | None, Field(ge=0)] = None
    usd_per_minute: Annotated[float | None, Field(ge=0)] = None
    local: bool = False
    """Whether it runs on this machine, and so is as good as the local voice when all others fail."""

    @model_validator(mode="after")
    def _pcm_has_a_rate(self) -> Self:
        if (self.format == "pcm") != (self.sample_rate is not None):
            raise ValueError("sample_rate goes with format pcm, and pcm with sample_rate")
        return self

    @model_validator(mode="after")
    def _knows_its_voices(self) -> Self:
        _check_names(self.voices)
        return self

    @property
    def price(self) -> SpeechPrice:
        """What is given here, else what is known of the model, else nothing."""
        if self.usd_per_million_characters is None and self.usd_per_minute is None:
            return speech_price(self.model) or SpeechPrice()
        return SpeechPrice(self.usd_per_million_characters or 0.0, self.usd_per_minute or 0.0)


class CommandVoice(_Table):
    """Any command that writes a sound file."""

    kind: Literal["command"]
    name: Name
    command: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    voices: dict[str, str] = {}
    version: Annotated[str, Field(pattern=_NAME)] = "1"

    @model_validator(mode="after")
    def _knows_its_voices(self) -> Self:
        _check_names(self.voices)
        return self


class PiperVoice(_Table):
    """Voice files of Piper."""

    kind: Literal["piper"]
    name: Name = "piper"
    files: Annotated[dict[str, Path], Field(min_length=1)]
    program: str | None = None

    @model_validator(mode="after")
    def _knows_its_voices(self) -> Self:
        _check_names(self.files)
        return self


VoiceSettings = Annotated[OpenAIVoice | CommandVoice | PiperVoice, Field(discriminator="kind")]


def _check_names(voices: Mapping[str, object]) -> None:
    """Raises ``ValueError`` for a name that no preference can hold."""
    unknown = [name for name in voices if name.rpartition("/")[2] not in VOICES]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a voice; give {', '.join(VOICES)}, or a language before it: de/alloy")
