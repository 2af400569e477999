"""The last step: only letters, spaces and the punctuation that a voice hears are left."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from onealarm.briefing.spoken.characters import PAUSE

PUNCTUATION: Final = ".,;:?!"
"""What may stand after a word. Inside a word there may also be a hyphen or an apostrophe."""

_STRENGTH: Final = "?!.:;,"
_PAUSES: Final = frozenset("()[]{}" + PAUSE)
_RUN = re.compile(rf"[\s{PUNCTUATION}]+")


def tidied(text: str) -> str:
    """``text`` with all else dropped and each run of punctuation reduced to its strongest mark, in form NFC."""
    text = "".join(_kept(text))
    text = _RUN.sub(_strongest, text).strip()
    text = text.lstrip(PUNCTUATION + " ").rstrip(",;: ")
    return unicodedata.normalize("NFC", text)


def _kept(text: str) -> list[str]:
    kept: list[str] = []
    in_word = False
    for character, following in zip(text, text[1:] + " ", strict=False):
        category = unicodedata.category(character)
        if category.startswith("L") or (category in {"Mn", "Mc"} and in_word):
            kept.append(character)
            in_word = True
            continue
        kept.append(_between_words(character, inside=in_word and following.isalpha()))
        in_word = False
    return kept


def _between_words(character: str, *, inside: bool) -> str:
    """What stays of a character that is no letter; ``inside`` says that letters stand on both sides of it."""
    if character in PUNCTUATION or (inside and character in "'-"):
        return character
    if character == "'":
        return ""
    return ", " if character in _PAUSES else " "


def _strongest(run: re.Match[str]) -> str:
    marks = [mark for mark in _STRENGTH if mark in run.group()]
    return marks[0] + " " if marks else " "
