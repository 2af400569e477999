"""Text of others (names, labels, places, headlines), made fit to stand inside a sentence."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import Final

from onealarm.briefing.spoken import Language
from onealarm.writers.telling import Said

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STOPS: Final = ".,;:?! "
_WITHOUT_STOPS: Final = str.maketrans(_STOPS, " " * len(_STOPS))
_ENDS: Final = (".", "?", "!")


def quoted_whole(text: str, *, language: Language, limit: int) -> Said | None:
    """A headline, word for word and ending as a sentence.

    None when it cannot be pronounced or takes more than ``limit`` characters: it is quoted as is or not at all.
    """
    written = _seen(text)
    if len(written) > limit:
        return None
    spoken = language.normalise(written)
    if len(spoken) > limit or not language.pronounceable(spoken):
        return None
    return Said(spoken if spoken.endswith(_ENDS) else f"{spoken}.", f"“{written}”")


def quoted_words(text: str, *, language: Language, limit: int) -> Said | None:
    """A name or a few words, without punctuation that would end a sentence.

    Words that cannot be pronounced are left out, as are those beyond ``limit`` characters; None when no word is left.
    """
    words = (word for word in _seen(text[: 4 * limit]).split() if language.pronounceable(language.normalise(word)))
    fitting = None
    for written in accumulate(words, "{} {}".format):
        spoken = " ".join(language.normalise(written).translate(_WITHOUT_STOPS).split())
        if max(len(written), len(spoken)) > limit:
            break
        fitting = Said(spoken, written.rstrip(_STOPS))
    return fitting


def _seen(text: str) -> str:
    """What a screen shows of ``text``, on one line."""
    shown = (" " if unicodedata.category(character) in _UNSEEN else character for character in text)
    return " ".join("".join(shown).split())
