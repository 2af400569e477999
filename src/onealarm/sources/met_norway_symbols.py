"""MET Norway's symbol codes, such as ``lightrainshowers_day``. https://nrkno.github.io/yr-weather-symbols/"""

from __future__ import annotations

from itertools import product
from typing import Final

_PLAIN: Final = {
    "clearsky": "clear sky",
    "fair": "fair",
    "partlycloudy": "partly cloudy",
    "cloudy": "cloudy",
    "fog": "fog",
}


def _falling() -> dict[str, str]:
    words = {}
    for strength, kind, showers, thunder in product(
        ("light", "", "heavy"), ("rain", "sleet", "snow"), ("", "showers"), ("", "andthunder")
    ):
        said = f"{strength} {kind} {showers}".split()
        words[f"{strength}{kind}{showers}{thunder}"] = " ".join(said) + (" and thunder" if thunder else "")
    return words


_CONDITIONS: Final = {**_PLAIN, **_falling()}
_MISSPELT: Final = {
    "lightssleetshowersandthunder": "lightsleetshowersandthunder",
    "lightssnowshowersandthunder": "lightsnowshowersandthunder",
}
"""As the service writes them."""


def condition_of(symbol: str) -> str | None:
    """One of ``onealarm.briefing.conditions``, or None for a code that is not known."""
    name = symbol.partition("_")[0]
    return _CONDITIONS.get(_MISSPELT.get(name, name))
