"""Text as it is spoken: one ``Language`` per language, found by its code."""

from onealarm.briefing.spoken.language import Language
from onealarm.briefing.spoken.languages import LANGUAGES, for_language, is_spoken

__all__ = ["LANGUAGES", "Language", "for_language", "is_spoken"]
