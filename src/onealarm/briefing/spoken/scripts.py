"""Which letters a voice reads as sounds."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lo"})


def all_latin(text: str) -> bool:
    """Whether ``text`` has letters and all of them are Latin ones, with or without accents."""
    letters = [character for character in text if unicodedata.category(character) in _LETTERS]
    return bool(letters) and all(map(is_latin, letters))


def is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN ")
