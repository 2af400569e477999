"""How a listener's name will be said."""

from __future__ import annotations

from onealarm.briefing.spoken import for_language, is_spoken
from onealarm.writers.quoting import quoted_words
from onealarm.writers.sections.greeting import LONGEST_NAME


def spoken_name(name: str | None, *, language: str) -> str | None:
    """As the greeting says it; None when there is no name, or none of it can be said."""
    if not name or not is_spoken(language):
        return None
    said = quoted_words(name, language=for_language(language), limit=LONGEST_NAME).said
    return None if said is None else said.spoken
