"""Words for the weather outside, in every language. Sources name conditions in English; writers say them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

from onealarm.briefing.spoken.languages import for_language


def _falling() -> dict[str, str]:
    """Rain, sleet and snow, light to heavy, steady or in showers, with thunder or without."""
    strengths = {"light ": "leichter ", "": "", "heavy ": "starker "}
    kinds = {"rain": ("Regen", "Regenschauer"), "sleet": ("Schneeregen", "Schneeregenschauer")}
    kinds |= {"snow": ("Schneefall", "Schneeschauer")}
    words = {}
    for (light, leicht), (rain, (regen, schauer)) in product(strengths.items(), kinds.items()):
        for thunder, gewitter in {"": "", " and thunder": " und Gewitter"}.items():
            words[f"{light}{rain}{thunder}"] = f"{leicht}{regen}{gewitter}"
            several = leicht.replace("er ", "e ")  # the German showers are plural
            words[f"{light}{rain} showers{thunder}"] = f"{several}{schauer}{gewitter}"
    return words


_GERMAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clear sky": "klarer Himmel",
        "fair": "heiter",
        "partly cloudy": "teilweise bewölkt",
        "cloudy": "bewölkt",
        "overcast": "bedeckt",
        "fog": "Nebel",
        "freezing fog": "gefrierender Nebel",
        "light drizzle": "leichter Nieselregen",
        "drizzle": "Nieselregen",
        "heavy drizzle": "starker Nieselregen",
        "freezing drizzle": "gefrierender Nieselregen",
        "freezing rain": "gefrierender Regen",
        "snow grains": "Schneegriesel",
        "thunderstorms": "Gewitter",
        "thunderstorms with hail": "Gewitter mit Hagel",
        **_falling(),
    }
)

CONDITIONS: Final = frozenset(_GERMAN)
"""Every condition that a source may name."""


def condition_in(condition: str, language: str) -> str | None:
    """One of ``CONDITIONS`` in a language, None where it has no words for it. Raises ``BadInput`` for the language."""
    if condition not in CONDITIONS:
        return None
    match for_language(language).code:
        case "en":
            return condition
        case "de":
            return _GERMAN[condition]
        case _:
            return None
