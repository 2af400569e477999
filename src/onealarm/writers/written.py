"""The written forms that stand on a screen where the spoken ones are heard."""

from __future__ import annotations

from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from onealarm.briefing.facts import Unit


def written_time(moment: time, *, pattern: str, locale: str) -> str:
    """ "7:00 AM" by the CLDR time pattern "h:mm a"."""
    return format_time(moment, pattern, locale=locale)


def written_date(day: date, *, pattern: str, locale: str) -> str:
    """ "Tuesday, November 24" by the CLDR date pattern "EEEE, MMMM d"."""
    return format_date(day, pattern, locale=locale)


def written_temperature(degrees: float, unit: Unit) -> str:
    """ "−4 °C", in whole degrees, half rounded away from zero."""
    whole = int(Decimal(repr(degrees)).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{'−' if whole < 0 else ''}{abs(whole)} °{unit}"


def in_a_row(items: list[str], *, locale: str) -> str:
    """ "A, B, and C"; good for the spoken form too."""
    return format_list(items, locale=locale)


def written_price(price: float, currency: str, *, locale: str) -> str:
    """ "$123.45" for the currency "USD", to as many places as the currency has."""
    return format_currency(Decimal(repr(price)), currency, locale=locale)


def written_figure(figure: float, *, locale: str) -> str:
    """ "5,123": a whole number, half rounded away from zero."""
    return format_decimal(Decimal(repr(figure)).quantize(Decimal(1), ROUND_HALF_UP), locale=locale)


def written_change(percent: float, *, locale: str) -> str:
    """ "1.2%", to a tenth."""
    return format_percent(Decimal(repr(percent)) / 100, format=_tenths(locale), locale=locale)


def written_chance(share: float, *, locale: str) -> str:
    """ "40%", to the nearest ten; ``share`` is from 0 to 1."""
    tens = (Decimal(repr(share)) * 10).quantize(Decimal(1), ROUND_HALF_UP) / 10
    return format_percent(tens, locale=locale)


def _tenths(locale: str) -> str:
    """The locale's pattern of a percentage, with one place."""
    return str(Locale.parse(locale).percent_formats[None].pattern).replace("0", "0.0")
