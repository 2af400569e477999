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
    """``text`` with all else dropped, each run of punctuation reduced to its strongest mark, in normal form NFC."""
    text = "".join(_kept(text))
    text = _RUN.sub(_strongest, text).strip()
    text = text.lstrip(PUNCTUATION + " ").rstrip(",;: ")
    return unicodedata.normalize("NFC", text)


def _kept(text: str) -> list[str]:
    kept: list[str] = []
    in_word = False
    for index, character in enumerate(text):
        category = unicodedata.category(character)[0]
        if category == "L" or (category == "M" and in_word):
            kept.append(character)
            in_word = True
            continue
        if (
            character in "'-"
            and in_word
            and unicodedata.category(text[index + 1 : index + 2] or " ")[0] == "L"
        ):
            kept.append(character)
        elif character in PUNCTUATION:
            kept.append(character)
        elif character in _PAUSES:
            kept.append(", ")
        elif character != "'":
            kept.append(" ")
        in_word = False
    return kept


def _strongest(run: re.Match[str]) -> str:
    marks = [mark for mark in _STRENGTH if mark in run.group()]
    return marks[0] + " " if marks else " "
