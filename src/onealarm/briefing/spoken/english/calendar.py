"""Dates."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from onealarm.briefing.spoken.cldr import month_names, weekday_name, weekday_names
from onealarm.briefing.spoken.english.numbers import cardinal, ordinal, year
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

_LOCALE: Final = "en"
_MONTHS: Final = {name[:3]: number for number, name in enumerate(month_names(_LOCALE), start=1)}
_WEEKDAYS: Final = {name[:3]: name for name in weekday_names(_LOCALE)}
_LEAP_YEAR: Final = 2024


def calendar_date(day: date, *, with_year: bool = False) -> str:
    """ "Tuesday, November twenty-fourth", and with the year ", twenty twenty-six" after it."""
    words = f"{weekday_name(day, locale=_LOCALE)}, {_day_of_month(day.month, day.day)}"
    return f"{words}, {year(day.year)}" if with_year else words


def _day_of_month(month: int, day: int) -> str:
    return f"{month_names(_LOCALE)[month - 1]} {ordinal(day)}"


def _said(month: int, day: int, in_year: str | None, *, until: int | None = None) -> str | None:
    """A date, or the days of a month from ``day`` to ``until``; None for a day that the month never has."""
    try:
        date(_LEAP_YEAR, month, day)
        date(_LEAP_YEAR, month, day if until is None else until)
    except ValueError:
        return None
    words = _day_of_month(month, day) + ("" if until is None else f" to {ordinal(until)}")
    return f"{words}, {year(int(in_year))}" if in_year else words


def _numbered(match: re.Match[str]) -> str | None:
    return _said(int(match["month"]), int(match["day"]), match.groupdict().get("year"))


def _iso(match: re.Match[str]) -> str | None:
    """ "2026-11-24", and with its "T" before a time."""
    words = _numbered(match)
    return f"{words}, " if words and match.group().endswith("T") else words


def _dotted(match: re.Match[str]) -> str | None:
    words = _numbered(match)
    return f"{match['before']}{words}{full_stop(match)}" if words else None


def _named(match: re.Match[str]) -> str | None:
    until = int(match["until"]) if match["until"] else None
    return _said(_MONTHS[match["month"][:3]], int(match["day"]), match["year"], until=until)


def _month_and_year(match: re.Match[str]) -> str:
    return f"{month_names(_LOCALE)[_MONTHS[match['month'][:3]] - 1]} {year(int(match['year']))}"


def _slashed(match: re.Match[str]) -> str | None:
    """Day and month only where they cannot be mistaken for each other; else the figures in a row."""
    first, second = int(match["first"]), int(match["second"])
    words = None
    if first > 12 or first == second:
        words = _said(second, first, match["year"])
    elif second > 12:
        words = _said(first, second, match["year"])
    return words or f"{cardinal(first)} {cardinal(second)} {year(int(match['year']))}"


_MONTH = (
    "(?P<month>"
    + "|".join(rf"{name[:3]}(?:{name[3:]}|{'t' if name == 'September' else ''}\.?)" for name in month_names(_LOCALE))
    + ")"
)
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:-(?P<until>[0-3]?\d)(?:st|nd|rd|th)?)?"
_END = r"(?![\d:%]|[.,/-]\d| ?(?:[ap]\.?m\b|percent|million|billion))"
# "10 May Day events", "top 16 March Madness teams"
_NO_NAME = r"(?!(?<=May) [A-Z])(?!(?<=March) [A-Z])"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"(?<![\d-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:T(?=\d\d:)|(?![\d-]))", _iso),
    rewrite(
        r"\b(?P<weekday>"
        + "|".join(_WEEKDAYS)
        + rf")\.?,? (?={_MONTH.replace('?P<month>', '?:')} ?\d|\d{{1,2}} [A-Z])",
        lambda match: f"{_WEEKDAYS[match['weekday']]}, ",
    ),
    rewrite(
        rf"\b(?P<first>{'|'.join(_WEEKDAYS)})\.?-(?P<last>{'|'.join(_WEEKDAYS)})\b\.?(?! ?\d)",
        lambda match: f"{_WEEKDAYS[match['first']]} to {_WEEKDAYS[match['last']]}{full_stop(match)}",
    ),
    rewrite(rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?{_END}", _named),
    rewrite(rf"(?<![\d.,$€£-]){_DAY} (?:of )?{_MONTH}(?![a-z]){_NO_NAME}(?:,? {_YEAR}(?!\d))?", _named),
    rewrite(rf"\b{_MONTH},? {_YEAR}{_END}", _month_and_year),
    rewrite(rf"(?<![\d/])(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/{_YEAR}(?![\d/])", _slashed),
    rewrite(rf"(?<![\d.,])(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?!\d|\.\d)", _numbered),
    # "24.12." may be a decimal at the end of a sentence; it is a date only after such a word.
    rewrite(
        r"(?i)(?P<before>\b(?:on|until|till|since|from|before|after) )(?P<day>\d\d)\.(?P<month>\d\d)\.(?!\d)",
        _dotted,
    ),
)
