"""A normaliser: the rules of a language in the order in which they apply, until nothing changes any more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from onealarm.briefing.spoken.rewriting import Rewrite

_MOST_PASSES: Final = 8


def until_settled(rules: Sequence[Rewrite]) -> Rewrite:
    """All ``rules`` in one function that remembers what it was asked.

    They are applied until nothing changes, since dropping a sign can uncover an abbreviation.
    """

    @lru_cache(maxsize=4096)
    def normalise(text: str) -> str:
        for _ in range(_MOST_PASSES):
            spoken = text
            for rule in rules:
                spoken = rule(spoken)
            if spoken == text:
                break
            text = spoken
        return text

    return normalise
