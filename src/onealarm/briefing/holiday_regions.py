"""The regions whose public holidays the package holidays knows, and the dates of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import holidays as calendars

_CODE_LENGTH: Final = 2
"""Of ISO 3166-1 codes; the package knows longer names of the same countries too."""


def regions() -> dict[str, str]:
    """Every name of a region, in capitals, with the region: a country (DE) or a part of it (DE-BY).

    A part may have other names; ``DE-BAYERN`` is ``DE-BY``.
    """
    names: dict[str, str] = {}
    for country, parts in calendars.list_supported_countries().items():
        if len(country) != _CODE_LENGTH:
            continue
        names[country] = country
        aliases = calendars.country_holidays(country).subdivisions_aliases
        for name, part in (*aliases.items(), *((part, part) for part in parts)):
            names[f"{country}-{name}".upper()] = f"{country}-{part}"
    return names


def dates_of(region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a region (as ``regions`` names it) in some years."""
    country, _, part = region.partition("-")
    return frozenset(calendars.country_holidays(country, subdiv=part or None, years=years, expand=False))
