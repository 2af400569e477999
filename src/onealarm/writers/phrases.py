"""The sentences a language has for each section, as data. Braces name what is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from onealarm.writers.content_phrases import (
    CalendarPhrases,
    DayPhrases,
    ForecastPhrases,
    MarketPhrases,
    SportPhrases,
    Variants,
)

__all__ = ["Variants"]

PartOfDay: TypeAlias = Literal["morning", "afternoon", "evening", "night"]


@dataclass(frozen=True, slots=True)
class GreetingPhrases:
    """By the part of the day: with ``{name}``, without one, and what follows. ``label`` speaks of ``{label}``.

    ``empty_labels``, in lower case as spoken, only repeat what the greeting says anyway.
    """

    named: dict[PartOfDay, Variants]
    neutral: dict[PartOfDay, Variants]
    welcome: dict[PartOfDay, Variants]
    label: Variants
    empty_labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class DatePhrases:
    """``day`` speaks of ``{date}``, ``time`` of ``{time}``; the written forms are CLDR patterns.

    ``written_time`` is that of every time of day in a briefing.
    """

    written_date: str
    written_time: str
    day: Variants
    time: Variants


@dataclass(frozen=True, slots=True)
class SunPhrases:
    """``{sunrise}`` and ``{sunset}``, of which either may be missing, and the polar day and night."""

    both: Variants
    sunrise: Variants
    sunset: Variants
    polar_day: Variants
    polar_night: Variants


@dataclass(frozen=True, slots=True)
class HolidayPhrases:
    """``one`` and ``several`` speak of ``{holidays}``; true for a day that is only observed, too."""

    one: Variants
    several: Variants


@dataclass(frozen=True, slots=True)
class WeatherPhrases:
    """The last report has ``{condition}`` and ``{current}``, the day ``{high}`` and ``{low}``.

    ``{where}`` is ``place`` with its ``{place}`` filled in, or empty. A condition that the client sent in capitals is
    put in lower case where the language allows it: "Partly Cloudy" and "partly cloudy" are one clip.
    """

    place: str
    condition_in_lower_case: bool
    condition_and_current: Variants
    condition: Variants
    current: Variants
    high_and_low: Variants
    high: Variants
    low: Variants


@dataclass(frozen=True, slots=True)
class NewsPhrases:
    """An opening for one headline or for several; ``{headline}`` with its ``{publisher}``, or alone.

    On a screen a headline stands between the two ``quotation_marks``.
    """

    quotation_marks: str
    opening_one: Variants
    opening_several: Variants
    attributed: Variants
    alone: Variants


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that a language has to say."""

    greeting: GreetingPhrases
    date: DatePhrases
    sun: SunPhrases
    holiday: HolidayPhrases
    weather: WeatherPhrases
    forecast: ForecastPhrases
    news: NewsPhrases
    days: DayPhrases
    sport: SportPhrases
    markets: MarketPhrases
    calendar: CalendarPhrases
    closing: dict[PartOfDay, Variants]
