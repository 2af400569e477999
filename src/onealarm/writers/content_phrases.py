"""The sentences a language has for sport, markets, the calendar and a source's forecast, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Variants: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForecastPhrases:
    """Of a source: the ``{place}`` has its own sentence, so that what follows is everybody's; ``{chance}`` of rain."""

    opening: Variants
    rain: Variants
    dry: Variants


@dataclass(frozen=True, slots=True)
class DayPhrases:
    """The days around the ring; ``on_weekday`` speaks of ``{weekday}``, up to six days from it."""

    today: str
    yesterday: str
    tomorrow: str
    on_weekday: str


@dataclass(frozen=True, slots=True)
class SportPhrases:
    """Of ``{home}`` and ``{away}``, ``{when}`` and at what ``{time}``; ``score`` is made of ``{home}`` and ``{away}``.

    ``at_midnight`` names the ``{weekday}`` that begins. ``no_result`` is of a game that should have begun.
    """

    score: str
    opening: Variants
    final: Variants
    final_without_score: Variants
    playing: Variants
    playing_score: Variants
    scheduled: Variants
    at_midnight: Variants
    no_result: Variants
    postponed: Variants
    cancelled: Variants


@dataclass(frozen=True, slots=True)
class MarketPhrases:
    """``{name}`` at ``{price}`` in the session of ``{date}``: at its close, or as last reported; ``{change}`` is one of
    the three, of which two speak of ``{percent}``. ``points`` speaks of ``{figure}``, as an index has no currency."""

    opening: Variants
    close: Variants
    close_alone: Variants
    report: Variants
    report_alone: Variants
    up: str
    down: str
    unchanged: str
    points: str


@dataclass(frozen=True, slots=True)
class CalendarPhrases:
    """``at`` has ``{time}`` and ``{title}``; ``until`` is of what has begun; ``more`` of what is not told."""

    opening: Variants
    at: Variants
    until: Variants
    all_day: Variants
    more: Variants
