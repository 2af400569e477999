"""Temperatures, percentages and measured quantities."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.cldr import unit_name
from onealarm.briefing.spoken.english.amounts import START, amount, amount_words, takes_singular
from onealarm.briefing.spoken.english.numbers import figure
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

UNITS: Final = {
    "km/h": "kilometer-per-hour",
    "kmh": "kilometer-per-hour",
    "mi/h": "mile-per-hour",
    "kph": "kilometer-per-hour",
    "mph": "mile-per-hour",
    "m/s": "meter-per-second",
    "mpg": "mile-per-gallon",
    "km^2": "square-kilometer",
    "m^2": "square-meter",
    "m^3": "cubic-meter",
    "sq km": "square-kilometer",
    "sq ft": "square-foot",
    "sq mi": "square-mile",
    "km": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "ft": "foot",
    "yd": "yard",
    "yds": "yard",
    "mi": "mile",
    "ha": "hectare",
    "kg": "kilogram",
    "kgs": "kilogram",
    "mg": "milligram",
    "g": "gram",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "ml": "milliliter",
    "mL": "milliliter",
    "cl": "centiliter",
    "L": "liter",
    "gal": "gallon",
    "kWh": "kilowatt-hour",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "hp": "horsepower",
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
    "W": "watt",
    "V": "volt",
    "tbsp": "tablespoon",
    "tsp": "teaspoon",
    "hPa": "hectopascal",
    "kPa": "kilopascal",
    "mbar": "millibar",
    "kts": "knot",
    "ms": "millisecond",
    "sec": "second",
    "secs": "second",
    "min": "minute",
    "mins": "minute",
    "hr": "hour",
    "hrs": "hour",
    "yr": "year",
    "yrs": "year",
}
"""Written symbols and the CLDR unit of each. Letters with other readings ("5m", "5 in", "5G") are not here."""

_BEYOND_CLDR: Final = {
    "MWh": ("megawatt hour", "megawatt hours"),
    "GWh": ("gigawatt hour", "gigawatt hours"),
    "TWh": ("terawatt hour", "terawatt hours"),
    "m/s^2": ("meter per second squared", "meters per second squared"),
    "dB": ("decibel", "decibels"),
    "psi": ("pound per square inch", "pounds per square inch"),
    "bps": ("basis point", "basis points"),
    "bp": ("basis point", "basis points"),
    "in": ("inch", "inches"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
}
_AFTER_DEGREES: Final = {
    "F": " Fahrenheit",
    "C": " Celsius",
    "N": " north",
    "S": " south",
    "E": " east",
    "W": " west",
}


def _degrees(match: re.Match[str]) -> str:
    noun = "degree" if takes_singular(match) else "degrees"
    return f"{amount_words(match)} {noun}{_AFTER_DEGREES.get(match['unit'], '')}"


def _percent(match: re.Match[str]) -> str:
    return f"{amount_words(match)} percent"


def _feet_and_inches(match: re.Match[str]) -> str:
    return f"{figure(match['feet'])} foot {figure(match['inches'])}"


def _inches(match: re.Match[str]) -> str:
    return f"{amount_words(match)} {_unit('in', one=takes_singular(match))}"


def _quantity(match: re.Match[str]) -> str:
    scale = match["scale"] or ""
    one = takes_singular(match, joined=match["joint"] == "-") and not scale
    per = " per " if match["per"] else ""
    return f"{amount_words(match)}{scale} {_unit(match['unit'], one=one)}{per}"


def _unit(symbol: str, *, one: bool) -> str:
    if symbol in _BEYOND_CLDR:
        return _BEYOND_CLDR[symbol][0 if one else 1]
    return unit_name(UNITS[symbol], one=one, locale="en").replace("-", " ")


_SYMBOLS = "|".join(re.escape(symbol) for symbol in sorted({*UNITS, *_BEYOND_CLDR} - {"in"}, key=len, reverse=True))

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(amount(repeated="°[CF]?") + r" ?°(?: ?(?P<unit>[CFNSEW])(?![A-Za-z]))?", _degrees),
    rewrite(amount(repeated="%") + r" ?(?:%|pct\b)", _percent),
    rewrite(rf"{START}(?P<feet>\d)'(?P<inches>1?\d)(?:\"|'')", _feet_and_inches),
    # Without a dot or a sign "in" is a word ("5 in hospital").
    rewrite(amount() + r"(?: ?in\.|\")(?= (?:of|tall|long|wide|deep|thick)\b)", _inches),
    rewrite(
        rf"{amount()}(?P<scale> (?:thousand|million|billion))?(?P<joint>[ -]?)(?P<unit>{_SYMBOLS})(?![\w^'])"
        r"(?:\.(?= [a-z]))?(?P<per> ?/ ?(?=[A-Za-z]))?",
        _quantity,
    ),
)
