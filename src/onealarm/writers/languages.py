"""The phrases of each language. A new one is a package beside ``english`` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onealarm.writers.english import ENGLISH
from onealarm.writers.german import GERMAN
from onealarm.writers.phrases import Phrases

PHRASES: Final[Mapping[str, Phrases]] = MappingProxyType({"en": ENGLISH, "de": GERMAN})
