"""What stands beside an episode: chapters (Podcasting 2.0, JSON chapters 1.2.0) and a transcript (WebVTT)."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from onealarm.pipeline.briefing import SpokenSection

CHAPTERS_TYPE: Final = "application/json+chapters"
TRANSCRIPT_TYPE: Final = "text/vtt"

_TITLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "greeting": "Greeting",
            "date": "The day",
            "sun": "The sun",
            "holiday": "Holidays",
            "weather": "Weather",
            "news": "News",
            "sport": "Sport",
            "markets": "Markets",
            "calendar": "Calendar",
            "closing": "Closing",
        },
        "de": {
            "greeting": "Begrüßung",
            "date": "Der Tag",
            "sun": "Die Sonne",
            "holiday": "Feiertage",
            "weather": "Wetter",
            "news": "Nachrichten",
            "sport": "Sport",
            "markets": "Börse",
            "calendar": "Kalender",
            "closing": "Schluss",
        },
    }
)


def chapters(sections: Sequence[SpokenSection], *, language: str) -> dict[str, Any]:
    """One chapter for each section, in seconds. The first begins with the sound, before a word is said."""
    titles = _TITLES[language]
    return {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0 if index == 0 else section.start_ms / 1000, "title": titles[section.kind]}
            for index, section in enumerate(sections)
        ],
    }


def transcript(sections: Sequence[SpokenSection]) -> str:
    """One cue for each section, as it is read."""
    cues = [
        f"{_clock(section.start_ms)} --> {_clock(section.end_ms)}\n{_line(section.display)}\n" for section in sections
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _line(text: str) -> str:
    """A cue's text ends at an empty line, and marks are written as in HTML."""
    return html.escape(" ".join(text.split()), quote=False)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
