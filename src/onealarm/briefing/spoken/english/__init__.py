"""English as it is spoken, in the American reading of numbers."""

from onealarm.briefing.spoken.english.language import English

__all__ = ["English"]
