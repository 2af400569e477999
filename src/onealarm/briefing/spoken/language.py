"""What a language must be able to say."""

from __future__ import annotations

from datetime import date, time
from typing import Protocol

from onealarm.briefing.facts import Unit


class Language(Protocol):
    """Puts figures, times and written text into the words of one language.

    Everything returned is in normal form: ``normalise`` leaves it as it is.
    """

    @property
    def code(self) -> str:
        """The ISO 639-1 code, which also names the CLDR locale of the written forms."""
        ...

    def clock_time(self, moment: time, *, part_of_day: bool = False) -> str:
        """Wall time to the minute: "seven oh five"; with ``part_of_day`` "seven oh five in the morning"."""
        ...

    def calendar_date(self, day: date, *, year: bool = False) -> str:
        """Weekday and date: "Tuesday, November twenty-fourth"; with ``year`` the year after it."""
        ...

    def temperature(self, degrees: float, unit: Unit) -> str:
        """Whole degrees, half rounded away from zero: "minus four degrees"; never "minus zero".

        Raises ``BadInput`` for a value that is not finite.
        """
        ...

    def cardinal(self, number: int) -> str: ...

    def ordinal(self, number: int) -> str: ...

    def normalise(self, text: str) -> str:
        """``text`` as it is read aloud: without digits, symbols, markup, links and emoji.

        Works for any string and never raises; normalising again changes nothing. Letters of every script are
        kept. May be empty, when nothing in ``text`` can be said.
        """
        ...

    def pronounceable(self, text: str) -> bool:
        """Whether ``text`` has letters and a voice of this language reads all of them as sounds.

        Engines name the characters of a script they do not know ("Chinese letter, Chinese letter").
        """
        ...
