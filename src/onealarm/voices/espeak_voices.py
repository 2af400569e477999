"""How each of the voices sounds in espeak-ng, by language.

A new language is a table beside ``espeak_english`` and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onealarm.voices.espeak_english import ENGLISH
from onealarm.voices.espeak_german import GERMAN
from onealarm.voices.espeak_speaker import EspeakSpeaker

VOICES_VERSION: Final = 1
"""Part of every segment's key; raised whenever a speaker of a language that is there already changes."""

SPEAKERS: Final[Mapping[str, Mapping[str, EspeakSpeaker]]] = MappingProxyType({"en": ENGLISH, "de": GERMAN})
