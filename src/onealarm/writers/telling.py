"""What the sections are told with: a language, its phrases, and the choice among them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from onealarm.briefing.script import SectionKind, Sentence
from onealarm.briefing.spoken import Language
from onealarm.writers.phrases import Phrases, Variants


@dataclass(frozen=True, slots=True)
class Said:
    """A value in both forms."""

    spoken: str
    written: str


@dataclass(frozen=True, slots=True)
class Telling:
    """The language of one briefing and the day it is for."""

    language: Language
    phrases: Phrases
    day: date

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
