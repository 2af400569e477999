"""German as it is spoken."""

from onealarm.briefing.spoken.german.language import German

__all__ = ["German"]
