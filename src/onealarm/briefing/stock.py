"""The stock briefing: what a voice says when nothing personal could be made.

It names no day, hour or person, so it is never wrong.
"""

from __future__ import annotations

from typing import Final

from onealarm.briefing.script import Script, Section, Sentence

_OPENING: Final = ("Good day to you.", "It is time to wake up.")
_CLOSING: Final = (
    "Take a slow, deep breath, and let your shoulders drop.",
    "Stretch your arms above your head, and open your eyes when you are ready.",
    "There is no rush. One small step, and the day has begun.",
    "I wish you a good one.",
)


def stock_script() -> Script:
    """The same for everybody, in English."""
    return Script((Section("greeting", _sentences(_OPENING)), Section("closing", _sentences(_CLOSING))))


def _sentences(texts: tuple[str, ...]) -> tuple[Sentence, ...]:
    return tuple(Sentence(text, text) for text in texts)
