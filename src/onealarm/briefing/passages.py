"""The passage that every voice reads once in each language, so that its loudness can be measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PASSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": (
            "Good morning. This passage is read once by every voice, so that its loudness can be measured. "
            "It holds long words and short ones, a few numbers such as twenty-seven, and ends as quietly as it began."
        ),
        "de": (
            "Guten Morgen. Diesen Text liest jede Stimme einmal vor, damit ihre Lautstärke gemessen werden kann. "
            "Er enthält lange Wörter und kurze, ein paar Zahlen wie siebenundzwanzig, und er endet so leise, wie er "
            "begann."
        ),
    }
)
"""By language: the same voice is not equally loud in two of them. A changed text changes the gain of new installations
only."""
