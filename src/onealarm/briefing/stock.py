"""The stock briefing: what a voice says when nothing personal could be made.

It names no day, hour or person, so it is never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from onealarm.briefing.script import Script, Section, Sentence
from onealarm.briefing.spoken import for_language


class StockVoice(NamedTuple):
    """A voice in a language: each has a stock briefing of its own."""

    voice: str
    language: str

    def __str__(self) -> str:
        return f"{self.voice} ({self.language})"


@dataclass(frozen=True, slots=True)
class _Words:
    opening: tuple[str, ...]
    closing: tuple[str, ...]


_WORDS: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        "en": _Words(
            opening=("Good day to you.", "It is time to wake up."),
            closing=(
                "Take a slow, deep breath, and let your shoulders drop.",
                "Stretch your arms above your head, and open your eyes when you are ready.",
                "There is no rush. One small step, and the day has begun.",
                "I wish you a good one.",
            ),
        ),
        "de": _Words(
            opening=("Sei gegrüßt.", "Es ist Zeit aufzustehen."),
            closing=(
                "Atme langsam und tief ein, und lass die Schultern sinken.",
                "Streck die Arme über den Kopf, und öffne die Augen, wenn du so weit bist.",
                "Es eilt nicht. Ein kleiner Schritt, und der Tag hat begonnen.",
                "Ich wünsche dir einen guten.",
            ),
        ),
    }
)


def stock_script(language: str) -> Script:
    """The same for everybody who hears this language. Raises ``BadInput`` for one that is not spoken."""
    words = _WORDS[for_language(language).code]
    return Script((Section("greeting", _sentences(words.opening)), Section("closing", _sentences(words.closing))))


def _sentences(texts: tuple[str, ...]) -> tuple[Sentence, ...]:
    return tuple(Sentence(text, text) for text in texts)
