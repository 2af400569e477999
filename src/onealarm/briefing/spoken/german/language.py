"""German."""

from __future__ import annotations

from datetime import date, time

from onealarm.briefing.facts import Unit
from onealarm.briefing.spoken.degrees import whole_degrees
from onealarm.briefing.spoken.german.calendar import calendar_date
from onealarm.briefing.spoken.german.clock import clock_time
from onealarm.briefing.spoken.german.normaliser import normalise
from onealarm.briefing.spoken.german.numbers import before_noun, cardinal, ordinal
from onealarm.briefing.spoken.scripts import all_latin


class German:
    """Implements ``Language``."""

    code = "de"

    def clock_time(self, moment: time, *, part_of_day: bool = False) -> str:  # noqa: ARG002 - the promise's
        """ "sieben Uhr fünf". The day has twenty-four hours, so its parts need not be told."""
        return clock_time(moment)

    def calendar_date(self, day: date, *, year: bool = False) -> str:
        """In the nominative: "Dienstag, der vierundzwanzigste November"."""
        return calendar_date(day, with_year=year)

    def temperature(self, degrees: float, unit: Unit) -> str:
        return f"{before_noun(whole_degrees(degrees, unit))} Grad"

    def cardinal(self, number: int) -> str:
        return cardinal(number)

    def ordinal(self, number: int) -> str:
        return ordinal(number)

    def normalise(self, text: str) -> str:
        return normalise(text)

    def pronounceable(self, text: str) -> bool:
        return all_latin(text)
