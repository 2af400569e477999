"""The weather as the client sent it or a source foretells it: of each figure only what there is."""

from __future__ import annotations

import math
from typing import Final

from onealarm.briefing.conditions import condition_in
from onealarm.briefing.facts import Facts, Unit, Weather
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_chance, written_temperature

LONGEST_PLACE: Final = 60
LONGEST_CONDITION: Final = 60


def weather(facts: Facts, telling: Telling) -> Section | None:
    report = facts.weather
    if report is None:
        return None
    sentences = tuple(filter(None, (_now(report, telling), _range(report, telling), _rain(report, telling))))
    return Section("weather", (*_opening(report, telling), *sentences)) if sentences else None


def _opening(report: Weather, telling: Telling) -> tuple[Sentence, ...]:
    """A source's forecast is the same for all around; so the place, in the listener's own words, stands by itself."""
    if report.from_client:
        return ()
    place = telling.words(report.location, "weather", "place", limit=LONGEST_PLACE)
    if place is None:
        return ()
    return (
        telling.sentence(telling.phrases.forecast.opening, "weather", {"place": place}, seed="place", from_client=True),
    )


def _now(report: Weather, telling: Telling) -> Sentence | None:
    phrases = telling.phrases.weather
    condition = _condition(report, telling)
    current = _temperature(report.current_temp, report.unit, telling)
    said = {"where": _where(report, telling), "condition": condition, "current": current}
    known = {name: value for name, value in said.items() if value is not None}
    if condition and current:
        return telling.sentence(phrases.condition_and_current, "weather", known, from_client=report.from_client)
    if condition:
        return telling.sentence(phrases.condition, "weather", known, from_client=report.from_client)
    if current:
        return telling.sentence(phrases.current, "weather", known, from_client=report.from_client)
    return None


def _range(report: Weather, telling: Telling) -> Sentence | None:
    """High and low; both are left out when they contradict each other."""
    phrases = telling.phrases.weather
    high = _temperature(report.high_temp, report.unit, telling)
    low = _temperature(report.low_temp, report.unit, telling)
    if high and low:
        if (report.high_temp or 0.0) < (report.low_temp or 0.0):
            return None
        return telling.sentence(phrases.high_and_low, "weather", {"high": high, "low": low}, seed="range")
    if high:
        return telling.sentence(phrases.high, "weather", {"high": high}, seed="range")
    return telling.sentence(phrases.low, "weather", {"low": low}, seed="range") if low else None


def _rain(report: Weather, telling: Telling) -> Sentence | None:
    """To the nearest ten per cent, so that many share it; nothing where the chance is not known or makes no sense."""
    chance = report.rain_chance
    if chance is None or not 0 <= chance <= 1:  # also when it is no number at all
        return None
    phrases, language = telling.phrases.forecast, telling.language
    if chance < 0.05:
        return telling.sentence(phrases.dry, "weather", seed="rain")
    written = written_chance(chance, locale=language.code)
    said = Said(language.normalise(written), written)
    return telling.sentence(phrases.rain, "weather", {"chance": said}, seed="rain")


def _temperature(degrees: float | None, unit: Unit, telling: Telling) -> Said | None:
    if degrees is None or not math.isfinite(degrees):
        return None
    return Said(telling.language.temperature(degrees, unit), written_temperature(degrees, unit))


def _condition(report: Weather, telling: Telling) -> Said | None:
    """In lower case where nouns allow it, since it stands inside a sentence; a source's in the listener's language."""
    if not report.condition:
        return None
    if not report.from_client:
        known = condition_in(report.condition, telling.language.code)
        return None if known is None else Said(telling.language.normalise(known), known)
    given = report.condition.lower() if telling.phrases.weather.condition_in_lower_case else report.condition
    return telling.words(given, "weather", "condition", limit=LONGEST_CONDITION)


def _where(report: Weather, telling: Telling) -> Said:
    if not report.from_client:
        return Said("", "")
    place = telling.words(report.location, "weather", "place", limit=LONGEST_PLACE)
    if place is None:
        return Said("", "")
    template = telling.phrases.weather.place
    return Said(template.format(place=place.spoken), template.format(place=place.written))
