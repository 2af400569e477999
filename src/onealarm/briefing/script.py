"""A script: the sections of a briefing, each a few sentences, written and spoken form side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SectionKind = Literal[
    "greeting", "date", "sun", "holiday", "weather", "news", "sport", "markets", "calendar", "closing"
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One utterance. ``text`` is exactly what is spoken, ``display`` what is read on a screen.

    A ``personal`` sentence holds something of the listener's (a name): it is never logged, and shared only under a key
    that does not betray it.
    """

    text: str
    display: str
    personal: bool = False
    from_client: bool = False
    """Holds words that a client sent, such as a place: others may hear the same, but nobody checked what it says."""

    @property
    def sealed(self) -> bool:
        """Whether its text must be written down nowhere, and its key be made under the installation's secret."""
        return self.personal or self.from_client


@dataclass(frozen=True, slots=True)
class Section:
    """A section: at least one sentence, all of one kind."""

    kind: SectionKind
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def display(self) -> str:
        return " ".join(sentence.display for sentence in self.sentences)

    @property
    def shared(self) -> bool:
        """Whether every sentence may be heard by others too."""
        return not any(sentence.personal for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, in order."""

    sections: tuple[Section, ...]
