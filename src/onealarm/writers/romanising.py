"""Words of other scripts in Latin letters, for a voice that reads no others: "李明" as "Li Ming"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from anyascii import anyascii

from onealarm.briefing.spoken import Language
from onealarm.briefing.spoken.scripts import is_latin

_BLOCKS: Final = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "HANGUL SYLLABLE")
"""Names of characters that are a syllable or a word each; in Latin letters they stand apart."""

_NO_LETTER: Final = re.compile(r"[^A-Za-z]+")
_VOWEL: Final = re.compile(r"[aeiouy]", re.IGNORECASE)


def in_latin_letters(word: str, *, language: Language) -> str | None:
    """What the voice can read of ``word``: itself, or its letters in Latin ones; None when it cannot be read.

    Letters of scripts that write no vowels may come out as consonants alone. A voice would spell these one by one,
    which nobody would know for the word: they count as unreadable.
    """
    spoken = language.normalise(word)
    if language.pronounceable(spoken):
        return word
    romanised = _romanised(spoken)
    return romanised if language.pronounceable(romanised) and _VOWEL.search(romanised) else None


def _romanised(word: str) -> str:
    letters = "".join(_letter(character) for character in word)
    # Where letters have no case, each word begins with a capital, as names do.
    caseless = any(unicodedata.category(character) == "Lo" for character in word)
    return " ".join(part[:1].upper() + part[1:] if caseless else part for part in letters.split())


def _letter(character: str) -> str:
    if character.isascii() or is_latin(character):
        return character
    letters = _NO_LETTER.sub("", anyascii(character))
    if unicodedata.name(character, "").startswith(_BLOCKS):
        return f" {letters.capitalize()} "
    return letters
