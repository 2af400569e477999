"""The catalogue of clips, read from ``clips.toml``: what each says, in every language."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from onealarm.briefing.script import Sentence
from onealarm.briefing.spoken import for_language
from onealarm.delivery.clips import ClipKind
from onealarm.errors import NotFound
from onealarm.writers.quoting import quoted_words
from onealarm.writers.sections.greeting import LONGEST_NAME

_FILE: Final = "clips.toml"
_CONFIG: Final = ConfigDict(frozen=True, extra="forbid")


class _Words(BaseModel):
    model_config = _CONFIG

    text: str
    plain: str | None = None
    """What is said to who has no name; None where ``text`` names nobody."""


class _Clip(BaseModel):
    model_config = _CONFIG

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    en: _Words
    de: _Words


class _File(BaseModel):
    model_config = _CONFIG

    user: tuple[_Clip, ...]
    generic: tuple[_Clip, ...]


class ClipCatalogue:
    """Implements ``onealarm.delivery.clips.ClipTexts``."""

    def ids(self, kind: ClipKind) -> Sequence[str]:
        """In the order of the file."""
        return tuple(clip.id for clip in getattr(_catalogue(), kind))

    def sentence(self, kind: ClipKind, clip_id: str, *, language: str, name: str | None) -> Sentence:
        """What a clip says; personal when it says the name. Raises ``NotFound``, and ``BadInput`` for a language."""
        spoken = for_language(language)
        clip = next((one for one in getattr(_catalogue(), kind) if one.id == clip_id), None)
        if clip is None:
            raise NotFound("clip", f"{clip_id[:80]!r} is none", "Give one of: " + ", ".join(self.ids(kind)))
        words: _Words = MappingProxyType({"en": clip.en, "de": clip.de})[spoken.code]
        if words.plain is None:
            return Sentence(spoken.normalise(words.text), words.text)
        said = quoted_words(name, language=spoken, limit=LONGEST_NAME).said if name else None
        if said is None:
            return Sentence(spoken.normalise(words.plain), words.plain)
        text, display = (words.text.replace("{name}", one) for one in (said.spoken, said.written))
        return Sentence(spoken.normalise(text), display, personal=True)


@cache
def _catalogue() -> _File:
    text = resources.files("onealarm.writers").joinpath(_FILE).read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text))
