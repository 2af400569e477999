"""Text of others (names, labels, places, headlines), made fit to stand inside a sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from onealarm.briefing.spoken import Language
from onealarm.writers.romanising import in_latin_letters
from onealarm.writers.said import Said

Gap = Literal["unspeakable", "too long"]
"""Why something of a text is not said."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STOPS: Final = ".,;:?! "
_WITHOUT_STOPS: Final = str.maketrans(_STOPS, " " * len(_STOPS))
_ENDS: Final = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What of a text is ``said``, None when it is nothing; and why it is not all of it."""

    said: Said | None
    gap: Gap | None


def quoted_whole(text: str, *, language: Language, limit: int, marks: str) -> Said | None:
    """A headline, word for word and ending as a sentence; written between the two quotation ``marks``.

    None when it cannot be pronounced or takes more than ``limit`` characters: it is quoted as is or not at all.
    """
    written = _seen(text)
    if len(written) > limit:
        return None
    spoken = language.normalise(written)
    if len(spoken) > limit or not language.pronounceable(spoken):
        return None
    return Said(spoken if spoken.endswith(_ENDS) else f"{spoken}.", f"{marks[0]}{written}{marks[1]}")


def quoted_words(text: str, *, language: Language, limit: int) -> Quoted:
    """A name or a few words, without punctuation that would end a sentence.

    Words in another script are spoken by their letters in Latin ones, and written as they are; where one of them cannot
    be read even so, none of them is. Left out, too, are those that only show something (emoji, an address), and those
    beyond ``limit`` characters.
    """
    words = [(word, in_latin_letters(word, language=language)) for word in _seen(text[: 4 * limit]).split()]
    if any(letters is None and language.normalise(word) for word, letters in words):
        said, _ = _fitting([pair for pair in words if pair[0] == pair[1]], language=language, limit=limit)
        return Quoted(said, "unspeakable")
    said, whole = _fitting([pair for pair in words if pair[1]], language=language, limit=limit)
    if not whole:
        return Quoted(said, "too long")
    return Quoted(said, "unspeakable" if said is None and text.strip() else None)


def _fitting(words: Sequence[tuple[str, str | None]], *, language: Language, limit: int) -> tuple[Said | None, bool]:
    """As many words, each as written and as readable, as fit into ``limit``; and whether these are all."""
    said: Said | None = None
    for count in range(1, len(words) + 1):
        written = " ".join(word for word, _ in words[:count])
        readable = " ".join(letters or "" for _, letters in words[:count])
        spoken = " ".join(language.normalise(readable).translate(_WITHOUT_STOPS).split())
        if max(len(written), len(spoken)) > limit:
            return said, False
        said = Said(spoken, written.rstrip(_STOPS))
    return said, True


def _seen(text: str) -> str:
    """What a screen shows of ``text``, on one line."""
    shown = (" " if unicodedata.category(character) in _UNSEEN else character for character in text)
    return " ".join("".join(shown).split())
