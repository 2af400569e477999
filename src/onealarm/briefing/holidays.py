"""Public holidays of a country or of a part of it, from the package holidays."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

import holidays as calendars
from babel import Locale

from onealarm.errors import BadInput

_REMARK: Final = re.compile(r"\s*[(（][^()（）]*[)）]")
"""In a name: that the day is observed for another one, estimated, substituted, or what else it is called."""

_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two-letter codes of CLDR that are not of a country or territory."""


def holidays_on(
    day: date, *, country: str | None, subdivision: str | None = None, language: str = "en"
) -> tuple[str, ...]:
    """The names of the public holidays on ``day``, each once, without remarks such as "(observed)".

    ``country`` is an ISO 3166-1 code of two letters and ``subdivision`` the part of it ("BY", "DE-BY"). Empty without a
    country and for one whose holidays are not known. Names are in ``language``, whatever its region, or in English
    where they are not translated. Raises ``BadInput`` for an unknown country or subdivision.
    """
    if country is None:
        return ()
    code = country.strip().upper()
    if code not in _supported():
        _require_country(code, given=country)
        return ()
    part = _subdivision(code, subdivision) if subdivision else None
    return _year(code, part, day.year, language.replace("_", "-").partition("-")[0]).get(day, ())


@lru_cache(maxsize=2048)
def _year(country: str, subdivision: str | None, year: int, language: str) -> dict[date, tuple[str, ...]]:
    known = calendars.country_holidays(
        country, subdiv=subdivision, years=year, expand=False, language=_names_in(country, language)
    )
    return {day: tuple(dict.fromkeys(map(_plain, known.get_list(day)))) for day in known}


def _plain(name: str) -> str:
    return _REMARK.sub("", name).strip() or name


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    """Countries and their subdivisions, with other names of these."""
    return calendars.list_supported_countries(include_aliases=True)


def _require_country(code: str, *, given: str) -> None:
    if len(code) != 2 or code in _NO_COUNTRIES or code not in Locale("en").territories:
        raise BadInput("country", f"{given[:40]!r} is not a country", "Give its ISO 3166-1 code, such as US or DE")


def _subdivision(country: str, given: str) -> str:
    known = _supported()[country]
    wanted = given.strip().upper().removeprefix(f"{country}-")
    for name in known:
        if name.upper() == wanted:
            return name
    remedy = f"Give one of: {', '.join(known)}; or leave it out" if known else "Leave it out"
    raise BadInput("subdivision", f"{given[:40]!r} is not a part of {country} with holidays of its own", remedy)


def _names_in(country: str, language: str) -> str | None:
    """The package's code for ``language`` or for English; None where the names come in one language only."""
    offered = calendars.country_holidays(country).supported_languages
    for wanted in (f"{language}_US", language, "en_US", "en"):
        for code in offered:
            if code == wanted or code.startswith(f"{wanted}_"):
                return code
    return None
