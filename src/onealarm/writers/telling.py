"""What the sections are told with: a language, its phrases, and the choice among them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onealarm.briefing.script import SectionKind, Sentence
from onealarm.briefing.spoken import Language
from onealarm.writers.phrases import Phrases, Variants
from onealarm.writers.quoting import Gap, quoted_words
from onealarm.writers.said import Said

TextKind = Literal["name", "label", "place", "condition", "holiday", "publisher", "team", "company", "event"]


@dataclass(frozen=True, slots=True)
class Telling:
    """The language of one briefing and the day it is for."""

    language: Language
    phrases: Phrases
    day: date
    left_out: Callable[[SectionKind, TextKind, Gap], None]
    """Is told that something of a text is not said."""

    def words(self, text: str | None, kind: SectionKind, what: TextKind, *, limit: int) -> Said | None:
        """A name or a few words of others for a section of this ``kind``, as far as they can be said."""
        if not text:
            return None
        quoted = quoted_words(text, language=self.language, limit=limit)
        if quoted.gap is not None:
            self.left_out(kind, what, quoted.gap)
        return quoted.said

    def sentence(
        self,
        variants: Variants,
        kind: SectionKind,
        values: Mapping[str, Said] | None = None,
        *,
        seed: str = "",
        personal: bool = False,
        from_client: bool = False,
    ) -> Sentence:
        """One of ``variants`` with ``values`` filled in.

        The choice depends on the day, the kind and ``seed``. Sentences that are to be shared give no seed of the
        listener's: with the same facts they come out the same for everyone.
        """
        template = variants[_draw(f"{self.day}/{kind}/{seed}", len(variants))]
        filled = (values or {}).items()
        spoken = template.format_map({name: value.spoken for name, value in filled})
        written = template.format_map({name: value.written for name, value in filled})
        # Once more as a whole: a value that was in normal form alone may not be beside a full stop.
        return Sentence(
            text=self.language.normalise(spoken), display=written, personal=personal, from_client=from_client
        )


def _draw(seed: str, count: int) -> int:
    """A number below ``count`` that is the same on every machine and in every process."""
    return int.from_bytes(hashlib.sha256(seed.encode(errors="replace")).digest()[:8], "big") % count
