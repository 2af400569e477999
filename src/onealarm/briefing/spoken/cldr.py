"""Names of units, currencies, months and weekdays in any language, from the CLDR data in Babel."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.dates import format_date, get_month_names
from babel.numbers import get_currency_name
from babel.units import format_unit


@cache
def unit_name(unit: str, *, one: bool, locale: str) -> str:
    """``kilometer-per-hour`` as "kilometers per hour", or with ``one`` as "kilometer per hour"."""
    count = 1 if one else 2
    return format_unit(count, unit, length="long", locale=locale).replace(str(count), "").strip()


@cache
def currency_name(code: str, *, one: bool, locale: str) -> str:
    """``CHF`` as "Swiss francs", or with ``one`` as "Swiss franc"."""
    return get_currency_name(code, count=1 if one else 2, locale=locale)


def weekday_name(day: date, *, locale: str) -> str:
    """The weekday of ``day`` in full."""
    return format_date(day, "EEEE", locale=locale)


@cache
def weekday_names(locale: str) -> tuple[str, ...]:
    """The names of the seven weekdays in full, Monday first."""
    return tuple(weekday_name(date(2024, 1, day), locale=locale) for day in range(1, 8))


@cache
def month_names(locale: str) -> tuple[str, ...]:
    """The names of the twelve months in full, January first."""
    names = get_month_names("wide", locale=locale)
    return tuple(str(names[number]) for number in range(1, 13))
