"""Quotes of the symbols that a listener follows, each with the date of its session."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays as calendars

from onealarm.briefing.facts import Facts, Quote
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_change, written_date, written_figure, written_price

MOST: Final = 10
LONGEST_NAME: Final = 60
STALE_AFTER: Final = timedelta(days=4)
"""Over a weekend with a holiday beside it; what is older is no news."""

_NEW_YORK: Final = ZoneInfo("America/New_York")
_CLOSE, _EARLY_CLOSE = time(16), time(13)
_SETTLED_AFTER: Final = timedelta(hours=2)
"""So long after the bell a quote is of the close, though it was collected a while ago."""


def markets(facts: Facts, telling: Telling) -> Section | None:
    told = [_told(quote, facts.ring_at, telling) for quote in facts.quotes if not _is_stale(quote, facts.ring_at)]
    sentences = [one for one in told if one is not None][:MOST]
    if not sentences:
        return None
    return Section("markets", (telling.sentence(telling.phrases.markets.opening, "markets"), *sentences))


def _is_stale(quote: Quote, ring_at: datetime) -> bool:
    """Too old, or of a day that has not come anywhere."""
    today = ring_at.astimezone(UTC).date()
    return today - quote.session > STALE_AFTER or quote.session - today > timedelta(days=1)


def is_closed(quote: Quote, ring_at: datetime) -> bool:
    """Whether the quote's session is over at the ring, as far as can be known: that of every exchange is with its day
    in UTC, that of New York with its bell, which rings early on half days. A pair of currencies is always traded."""
    if "/" in quote.symbol:
        return False
    if quote.session < ring_at.astimezone(UTC).date():
        return True
    if quote.currency != "USD":
        return False
    bell = _EARLY_CLOSE if quote.session in _half_days(quote.session.year) else _CLOSE
    return ring_at >= datetime.combine(quote.session, bell, _NEW_YORK) + _SETTLED_AFTER


@lru_cache(maxsize=8)
def _half_days(year: int) -> frozenset[object]:
    return frozenset(calendars.financial_holidays("NYSE", years=year, categories=("half_day",)))


def _told(quote: Quote, ring_at: datetime, telling: Telling) -> Sentence | None:
    phrases = telling.phrases.markets
    name = telling.words(quote.name, "markets", "company", limit=LONGEST_NAME)
    if name is None or not math.isfinite(quote.price):
        return None
    values = {"name": name, "price": _price(quote, telling), "date": _date(quote, telling)}
    change = _change(quote, telling)
    closed = is_closed(quote, ring_at)
    if change is None:
        return telling.sentence(
            phrases.close_alone if closed else phrases.report_alone, "markets", values, seed=quote.symbol
        )
    return telling.sentence(
        phrases.close if closed else phrases.report, "markets", values | {"change": change}, seed=quote.symbol
    )


def _date(quote: Quote, telling: Telling) -> Said:
    language, phrases = telling.language, telling.phrases.date
    return Said(
        language.calendar_date(quote.session),
        written_date(quote.session, pattern=phrases.written_date, locale=language.code),
    )


def _price(quote: Quote, telling: Telling) -> Said:
    language = telling.language
    if quote.currency is not None:
        written = written_price(quote.price, quote.currency, locale=language.code)
        return Said(language.normalise(written), written)
    figure = written_figure(quote.price, locale=language.code)
    template = telling.phrases.markets.points
    return Said(template.format(figure=language.normalise(figure)), template.format(figure=figure))


def _change(quote: Quote, telling: Telling) -> Said | None:
    if quote.change_percent is None or not math.isfinite(quote.change_percent):
        return None
    language, phrases = telling.language, telling.phrases.markets
    tenths = round(quote.change_percent, 1)
    if not tenths:
        return Said(phrases.unchanged, phrases.unchanged)
    template = phrases.up if tenths > 0 else phrases.down
    percent = written_change(abs(tenths), locale=language.code)
    return Said(template.format(percent=language.normalise(percent)), template.format(percent=percent))
