"""Sunrise and sunset, or the polar day or night."""

from __future__ import annotations

from datetime import time
from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section
from onealarm.writers.phrases import SunPhrases, Variants
from onealarm.writers.said import Said
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_time

_NOON: Final = time(12)


def sun(facts: Facts, telling: Telling) -> Section | None:
    known = facts.sun
    if known is None:
        return None
    if known.polar is not None:
        phrases = telling.phrases.sun
        polar = phrases.polar_day if known.polar == "day" else phrases.polar_night
        return Section("sun", (telling.sentence(polar, "sun"),))
    values = {}
    if known.sunrise is not None:
        values["sunrise"] = _said(known.sunrise, telling, expected=known.sunrise < _NOON)
    if known.sunset is not None:
        values["sunset"] = _said(known.sunset, telling, expected=known.sunset >= _NOON)
    variants = _variants(telling.phrases.sun, set(values))
    return Section("sun", (telling.sentence(variants, "sun", values),)) if variants else None


def _variants(phrases: SunPhrases, known: set[str]) -> Variants:
    if known == {"sunrise", "sunset"}:
        return phrases.both
    if known == {"sunrise"}:
        return phrases.sunrise
    return phrases.sunset if known else ()


def _said(moment: time, telling: Telling, *, expected: bool) -> Said:
    """With the part of the day where it is not the ``expected`` one, as for a sunset after midnight."""
    language, pattern = telling.language, telling.phrases.date.written_time
    written = written_time(moment, pattern=pattern, locale=language.code)
    return Said(language.clock_time(moment, part_of_day=not expected), written)
