"""What an operator says of flash briefings: one ``[[flash]]`` table of the providers' file for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from onealarm.alarms.preferences import NEWS_CATEGORIES
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.voices import VOICES

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]


class FlashSettings(BaseModel):
    """The news of some categories in a language, for everybody. ``name`` is part of its address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=100)] = "OneAlarm"
    language: str = "en"
    voice: str = "alloy"
    categories: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)] = ("general",)

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, language: str) -> str:
        return _known(language, LANGUAGES)

    @field_validator("voice")
    @classmethod
    def _is_a_voice(cls, voice: str) -> str:
        return _known(voice, VOICES)

    @field_validator("categories")
    @classmethod
    def _are_categories(cls, categories: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_known(one, NEWS_CATEGORIES) for one in categories)


def _known(given: str, known: Iterable[str]) -> str:
    if given not in known:
        raise ValueError(f"{given[:40]!r} is not known; give {', '.join(known)}")
    return given
