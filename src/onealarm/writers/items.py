"""Items: what a model is given to tell, out of headlines and of sentences that the templates wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from onealarm.briefing.facts import Edition
from onealarm.briefing.headlines import screen
from onealarm.briefing.script import SectionKind, Sentence
from onealarm.pipeline.stories import Item

MOST_HEADLINES: Final = 10
"""Of an edition: more than anybody hears."""

_ORDERED: Final[frozenset[SectionKind]] = frozenset({"sport", "markets", "weather", "sun"})
"""Sections whose sentences say something else when their names or numbers change places."""


def headlines_of(edition: Edition) -> list[Item]:
    """Those that nothing speaks against."""
    return [Item(one.id, one.title) for one in screen(edition.headlines).kept[:MOST_HEADLINES]]


def sentences_of(kind: SectionKind, sentences: Iterable[Sentence]) -> list[Item]:
    """As they are written, in order; what is personal, or is a client's, is told to nobody."""
    return [Item(id_of(one), one.display, ordered=kind in _ORDERED) for one in sentences if not one.sealed]


def id_of(sentence: Sentence) -> str:
    """The same for the same words."""
    return hashlib.sha256(sentence.display.encode(errors="replace")).hexdigest()[:16]
