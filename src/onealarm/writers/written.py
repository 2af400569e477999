"""The written forms that stand on a screen where the spoken ones are heard."""

from __future__ import annotations

from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_time
from babel.lists import format_list

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
