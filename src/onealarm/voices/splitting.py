"""Splitting: a long text in pieces that an engine takes, cut where a speaker would breathe."""

from __future__ import annotations

import re
from typing import Final

_SENTENCE_ENDS: Final = re.compile(r"[.!?…][\"')\]»“”]*\s+(?=[^\s\d])")
_CLAUSE_ENDS: Final = re.compile(r"[,;:–—]\s+(?=\D)")
_SPACES: Final = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
"""Not within "1 250 000"."""

_ABBREVIATION: Final = re.compile(r"(?:^|[\s.])(?:\w|\d+|Dr|Mr|Mrs|Ms|St|No|Nr|Prof|ca|bzw|usw|etc)\.$", re.IGNORECASE)


def split(text: str, *, most: int) -> list[str]:
    """Pieces of at most ``most`` characters: whole sentences, else clauses, else words.

    Put together with white space they are the text. A word that is longer than ``most`` is cut.
    """
    if most < 1:
        raise ValueError("a piece has at least one character")
    left, pieces = text.strip(), []
    while len(left) > most:
        cut = _cut(left, most)
        pieces.append(left[:cut].strip())
        left = left[cut:].strip()
    return [*pieces, left] if left else pieces


def _cut(text: str, most: int) -> int:
    """Where the first piece ends: the last place within the limit at which it sounds best."""
    for ends, is_sure in ((_SENTENCE_ENDS, True), (_CLAUSE_ENDS, True), (_SPACES, True), (_SPACES, False)):
        found = ends.finditer(text, 0, min(len(text), most + 2))  # the space that shows the end may lie beyond
        places = [one.end() for one in found if _fits(text[: one.end()].rstrip(), most, is_sure=is_sure)]
        if places:
            return places[-1]
    return min(most, len(text))


def _fits(piece: str, most: int, *, is_sure: bool) -> bool:
    """Whether it is no longer than allowed, and where that is to be sure, does not end in an abbreviation."""
    return 0 < len(piece) <= most and not (is_sure and _ABBREVIATION.search(piece))
