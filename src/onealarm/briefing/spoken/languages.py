"""The languages that can be spoken, by code. A new one is a package beside ``english`` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onealarm.briefing.spoken.english import English
from onealarm.briefing.spoken.german import German
from onealarm.briefing.spoken.language import Language
from onealarm.errors import BadInput

_LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType({"en": English(), "de": German()})

LANGUAGES: Final = tuple(_LANGUAGES)
"""The codes of all languages, the one that everybody can be given first."""


def is_spoken(code: str) -> bool:
    """Whether ``for_language`` knows the language of this code."""
    return _base(code) in _LANGUAGES


def for_language(code: str) -> Language:
    """The language of a code such as ``en`` or ``en-US`` (the region is not looked at).

    Raises ``BadInput`` for a language that is not spoken here.
    """
    language = _LANGUAGES.get(_base(code))
    if language is None:
        known = ", ".join(LANGUAGES)
        raise BadInput("language", f"{code[:40]!r} is not spoken here", f"Give one of: {known}")
    return language


def _base(code: str) -> str:
    return code.replace("_", "-").partition("-")[0].lower()
