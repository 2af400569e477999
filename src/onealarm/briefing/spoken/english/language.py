"""English."""

from __future__ import annotations

from datetime import date, time

from onealarm.briefing.facts import Unit
from onealarm.briefing.spoken.degrees import whole_degrees
from onealarm.briefing.spoken.english.calendar import calendar_date
from onealarm.briefing.spoken.english.clock import clock_time
from onealarm.briefing.spoken.english.normaliser import normalise
from onealarm.briefing.spoken.english.numbers import cardinal, ordinal
from onealarm.briefing.spoken.scripts import all_latin


class English:
    """Implements ``Language``."""

    code = "en"

    def clock_time(self, moment: time, *, part_of_day: bool = False) -> str:
        return clock_time(moment, part_of_day=part_of_day)

    def calendar_date(self, day: date, *, year: bool = False) -> str:
        return calendar_date(day, with_year=year)

    def temperature(self, degrees: float, unit: Unit) -> str:
        whole = whole_degrees(degrees, unit)
        return f"{cardinal(whole)} degree{'' if abs(whole) == 1 else 's'}"

    def cardinal(self, number: int) -> str:
        return cardinal(number)

    def ordinal(self, number: int) -> str:
        return ordinal(number)

    def normalise(self, text: str) -> str:
        return normalise(text)

    def pronounceable(self, text: str) -> bool:
        return all_latin(text)
