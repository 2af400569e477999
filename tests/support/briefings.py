"""Briefings without sound: one second's pause, which needs no segment, and what was to be said."""

from __future__ import annotations

from datetime import timedelta

from onealarm.audio.pause import pause
from onealarm.pipeline.briefing import Briefing, Part, SpokenSection

_PAUSE, _ = pause(timedelta(seconds=1))


def small_briefing(said: str, *, voice: str = "alloy") -> Briefing:
    """A briefing that ``said`` tells from others."""
    return Briefing(
        tier="full",
        reason=None,
        engine="test",
        voice=voice,
        parts=(Part(_PAUSE.key, _PAUSE.frames, _PAUSE.size),),
        sections=(SpokenSection("greeting", 0, 1000, said, said, shared=False),),
        duration=timedelta(seconds=1),
        size=_PAUSE.size,
        etag="test",
    )
