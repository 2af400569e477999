"""Temperatures, percentages and measured quantities."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.cldr import unit_name
from onealarm.briefing.spoken.german.amounts import amount, amount_words, takes_singular
from onealarm.briefing.spoken.german.numbers import is_feminine
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

UNITS: Final = {
    "km/h": "kilometer-per-hour",
    "mph": "mile-per-hour",
    "m/s": "meter-per-second",
    "km^2": "square-kilometer",
    "qkm": "square-kilometer",
    "m^2": "square-meter",
    "qm": "square-meter",
    "m^3": "cubic-meter",
    "km": "kilometer",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "ha": "hectare",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "l": "liter",
    "L": "liter",
    "ml": "milliliter",
    "cl": "centiliter",
    "kWh": "kilowatt-hour",
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "V": "volt",
    "kcal": "kilocalorie",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "KB": "kilobyte",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "hPa": "hectopascal",
    "kPa": "kilopascal",
    "mbar": "millibar",
    "kn": "knot",
    "ms": "millisecond",
    "s": "second",
    "Sek": "second",
    "sec": "second",
    "min": "minute",
    "Min": "minute",
    "h": "hour",
    "Std": "hour",
}
"""Written symbols and the CLDR unit of each."""

_BEYOND_CLDR: Final = {
    "PS": ("PS", "PS"),
    "t": ("Tonne", "Tonnen"),
    "MWh": ("Megawattstunde", "Megawattstunden"),
    "GWh": ("Gigawattstunde", "Gigawattstunden"),
    "TWh": ("Terawattstunde", "Terawattstunden"),
    "Mbit/s": ("Megabit pro Sekunde", "Megabit pro Sekunde"),
    "Gbit/s": ("Gigabit pro Sekunde", "Gigabit pro Sekunde"),
    "m/s^2": ("Meter pro Quadratsekunde", "Meter pro Quadratsekunde"),
    "dB": ("Dezibel", "Dezibel"),
    "µg": ("Mikrogramm", "Mikrogramm"),
    "bar": ("Bar", "Bar"),
}
_AFTER_DEGREES: Final = {"F": " Fahrenheit", "N": " Nord", "S": " Süd", "O": " Ost", "W": " West"}


def _degrees(match: re.Match[str]) -> str:
    """Celsius goes without saying."""
    return f"{amount_words(match)} Grad{_AFTER_DEGREES.get(match['unit'], '')}"


def _percent(match: re.Match[str]) -> str:
    noun = "Promille" if match["sign_after"] == "‰" else "Prozent"
    return f"{amount_words(match)} {noun}"


def _quantity(match: re.Match[str]) -> str:
    singular = _unit(match["unit"], singular=True)
    unit = singular if takes_singular(match) else _unit(match["unit"], singular=False)
    stop = full_stop(match) if match["dot"] else ""
    return f"{amount_words(match, feminine=is_feminine(singular))} {unit}{' pro ' if match['per'] else ''}{stop}"


def _unit(symbol: str, *, singular: bool) -> str:
    if symbol in _BEYOND_CLDR:
        return _BEYOND_CLDR[symbol][0 if singular else 1]
    return unit_name(UNITS[symbol], one=singular, locale="de")


def _per(match: re.Match[str]) -> str:
    return _unit(match["unit"], singular=True)


_SYMBOLS = "|".join(re.escape(symbol) for symbol in sorted({*UNITS, *_BEYOND_CLDR}, key=len, reverse=True))

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(amount(repeated="°C?") + r" ?°(?: ?(?P<unit>[CFNSOW])(?![A-Za-zäöü]))?", _degrees),
    rewrite(amount(repeated="%") + r" ?(?P<sign_after>%|‰)", _percent),
    rewrite(
        # The dot is the abbreviation's, or ends the sentence.
        rf"{amount()} ?(?P<unit>{_SYMBOLS})(?![\w^'äöü])(?P<dot>(?<=Min)\.|(?<=Sek)\.|(?<=Std)\.|\.(?= [a-zäöüß]))?"
        r"(?P<per> ?/ ?(?=[A-Za-z]))?",
        _quantity,
    ),
    # "100-m-Lauf"
    rewrite(rf"(?<=\d)-(?P<unit>{_SYMBOLS})-(?=[A-ZÄÖÜ])", lambda match: f"-{_unit(match['unit'], singular=True)}-"),
    rewrite(rf"(?<=\bpro )(?P<unit>{_SYMBOLS})(?![\w^'])", _per),
)
