"""Dates."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from onealarm.briefing.spoken.cldr import month_names, weekday_name, weekday_names
from onealarm.briefing.spoken.german.numbers import Ending, figure, ordinal, year
from onealarm.briefing.spoken.german.ordinals import ending_of_date
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

_LOCALE: Final = "de"
_ABBREVIATIONS: Final = {
    "Jan": 1,
    "Feb": 2,
    "Mrz": 3,
    "Mär": 3,
    "Apr": 4,
    "Jun": 6,
    "Jul": 7,
    "Aug": 8,
    "Sept": 9,
    "Sep": 9,
    "Okt": 10,
    "Nov": 11,
    "Dez": 12,
}
_NAMES: Final = {name: number for number, name in enumerate(month_names(_LOCALE), start=1)}
_SHORT_WEEKDAYS: Final = {name[:2]: name for name in weekday_names(_LOCALE)}
_LEAP_YEAR: Final = 2024


def calendar_date(day: date, *, with_year: bool = False) -> str:
    """ "Dienstag, der vierundzwanzigste November", and with the year "zweitausendsechsundzwanzig" after it."""
    words = f"{weekday_name(day, locale=_LOCALE)}, der {ordinal(day.day)} {month_names(_LOCALE)[day.month - 1]}"
    return f"{words} {year(day.year)}" if with_year else words


def _said(month: int, day: int, in_year: str | None, *, ending: Ending) -> str | None:
    """A date; None for a day that the month never has."""
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return None
    words = f"{ordinal(day, ending)} {month_names(_LOCALE)[month - 1]}"
    return f"{words} {_year(in_year)}" if in_year else words


def _year(written: str) -> str:
    return year(int(written)) if len(written) == 4 else figure(written)


def _numbered(match: re.Match[str]) -> str | None:
    words = _said(int(match["month"]), int(match["day"]), match.groupdict().get("year"), ending=ending_of_date(match))
    return f"{words}{full_stop(match)}" if words else None


def _iso(match: re.Match[str]) -> str | None:
    """ "2026-11-24", and with its "T" before a time."""
    words = _numbered(match)
    return f"{words}, " if words and match.group().endswith("T") else words


def _named(match: re.Match[str]) -> str | None:
    """ "24. Dezember 2026"; of several days ("24. bis 26. Dezember") all have the ending of the first."""
    ending = ending_of_date(match)
    words = _said(_month(match["month"]), int(match["day"]), match["year"], ending=ending)
    if words is None or not match["first"]:
        return words
    joint = {"-": "bis", "/": "und"}.get(match["joint"].strip(), match["joint"].strip())
    return f"{ordinal(int(match['first']), ending)} {joint} {words}"


def _month(written: str) -> int:
    name = written.removesuffix(".")
    return _NAMES.get(name) or _ABBREVIATIONS[name]


def _month_and_year(match: re.Match[str]) -> str:
    return f"{month_names(_LOCALE)[_month(match['month']) - 1]} {year(int(match['year']))}"


_MONTH = rf"(?P<month>(?:{'|'.join(_NAMES)})\b|(?:{'|'.join(_ABBREVIATIONS)})\b\.?)"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[0-3]?\d)\."
_FIRST = r"(?:(?P<first>[0-3]?\d)\.?(?P<joint> ?[-/] ?| bis | und | oder ))?"
_END = r"(?![\d:%]|[.,/-]\d| ?(?:Uhr|Prozent|Millionen|Milliarden|Euro)\b)"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"(?<![\d-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:T(?=\d\d:)|(?![\d-]))", _iso),
    rewrite(
        rf"\b(?P<weekday>{'|'.join(_SHORT_WEEKDAYS)})\.?,? (?=(?:de[mn] )?\d{{1,2}}\.)",
        lambda match: f"{_SHORT_WEEKDAYS[match['weekday']]}, ",
    ),
    rewrite(
        rf"\b(?P<first>{'|'.join(_SHORT_WEEKDAYS)})\.?-(?P<last>{'|'.join(_SHORT_WEEKDAYS)})\b\.?",
        lambda match: f"{_SHORT_WEEKDAYS[match['first']]} bis {_SHORT_WEEKDAYS[match['last']]}",
    ),
    rewrite(rf"(?<![\d.,]){_FIRST}{_DAY} ?{_MONTH}(?:,? {_YEAR}{_END})?", _named),
    rewrite(rf"\b{_MONTH},? {_YEAR}{_END}", _month_and_year),
    rewrite(rf"(?<![\d.,])(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?{_YEAR}(?!\d|[.,]\d)", _numbered),
    rewrite(r"(?<![\d.,])(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>\d\d)(?!\d|[.,]\d)", _numbered),
    rewrite(r"(?<![\d.,])(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?!\d)", _numbered),
    rewrite(rf"(?<![\d/])(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/{_YEAR}(?![\d/])", _numbered),
)
