"""The short briefing: what nobody wants to wake up without."""

from __future__ import annotations

from typing import Final

from onealarm.briefing.script import Script, SectionKind

KEPT: Final[frozenset[SectionKind]] = frozenset({"greeting", "date", "holiday", "weather", "calendar", "closing"})
"""The sections that are short and the listener's own; news, sport and markets are most of the work."""


def shorten(script: Script) -> Script:
    """The same script without its long sections. One that has nothing else stays as it is."""
    sections = tuple(section for section in script.sections if section.kind in KEPT)
    return Script(sections) if sections else script
