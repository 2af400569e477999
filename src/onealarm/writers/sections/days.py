"""A day as seen from the ring: today, tomorrow, on Friday."""

from __future__ import annotations

from datetime import date, timedelta

from onealarm.briefing.spoken.cldr import weekday_name
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling


def seen_from_ring(day: date, telling: Telling) -> Said:
    """Up to six days before or after it; the weekday alone would be another one beyond."""
    phrases = telling.phrases.days
    match day - telling.day:
        case timedelta(days=0):
            words = phrases.today
        case timedelta(days=1):
            words = phrases.tomorrow
        case timedelta(days=-1):
            words = phrases.yesterday
        case _:
            words = phrases.on_weekday.format(weekday=weekday(day, telling).written)
    return Said(words, words)


def weekday(day: date, telling: Telling) -> Said:
    """The weekday's name."""
    name = weekday_name(day, locale=telling.language.code)
    return Said(name, name)
