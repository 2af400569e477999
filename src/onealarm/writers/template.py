"""The writer that needs neither key nor network: sentences from templates, filled with facts and nothing else."""

from __future__ import annotations

from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Script
from onealarm.briefing.spoken import for_language
from onealarm.events import Events, WordsLeftOut
from onealarm.writers.languages import PHRASES
from onealarm.writers.sections.calendar import calendar
from onealarm.writers.sections.closing import closing
from onealarm.writers.sections.date import date_and_time
from onealarm.writers.sections.greeting import greeting
from onealarm.writers.sections.holiday import holiday
from onealarm.writers.sections.markets import markets
from onealarm.writers.sections.news import news
from onealarm.writers.sections.sport import sport
from onealarm.writers.sections.sun import sun
from onealarm.writers.sections.weather import weather
from onealarm.writers.telling import Telling

_SECTIONS: Final = (greeting, date_and_time, sun, holiday, weather, news, sport, markets, calendar, closing)


class TemplateWriter:
    """Implements ``Writer``.

    The same facts give the same script. A section that has nothing to say is left out, and no other speaks of it. What
    of a name or of other words cannot be said is left out too, and ``WordsLeftOut`` tells so.
    """

    def __init__(self, events: Events) -> None:
        self._events = events

    async def write(self, facts: Facts) -> Script:
        """Raises ``BadInput`` for a language that is not spoken."""
        language = for_language(facts.listener.language)
        telling = Telling(
            language=language,
            phrases=PHRASES[language.code],
            day=facts.ring_at.date(),
            left_out=lambda section, what, reason: self._events.emit(WordsLeftOut(section, what, reason)),
        )
        sections = (tell(facts, telling) for tell in _SECTIONS)
        return Script(tuple(section for section in sections if section is not None))
