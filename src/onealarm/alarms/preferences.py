"""What a user prefers: how he is called, where he is, and what he wants to hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_LANGUAGE: Final = "en"
DEFAULT_VOICE: Final = "alloy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """``place_name``, ``latitude`` and ``longitude`` (degrees north and east) come together or not at all.

    ``country`` is an ISO 3166 code such as DE, ``subdivision`` a part of it such as BY; ``feeds`` are http(s)
    addresses of RSS or Atom feeds, at most ten.
    """

    timezone: str
    name: str | None = None
    voice: str = DEFAULT_VOICE
    language: str = DEFAULT_LANGUAGE
    place_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country: str | None = None
    subdivision: str | None = None
    include_weather: bool = True
    feeds: tuple[str, ...] = ()
    learn_from_skips: bool = False
