"""What is said in German, to a listener who is called "du"."""

from __future__ import annotations

from typing import Final

from onealarm.writers.german.calendar import DATE, HOLIDAY, SUN
from onealarm.writers.german.content import CALENDAR, DAYS, FORECAST, MARKETS, SPORT
from onealarm.writers.german.manners import CLOSING, GREETING
from onealarm.writers.german.reports import NEWS, WEATHER
from onealarm.writers.phrases import Phrases

GERMAN: Final = Phrases(
    greeting=GREETING,
    date=DATE,
    sun=SUN,
    holiday=HOLIDAY,
    weather=WEATHER,
    forecast=FORECAST,
    news=NEWS,
    days=DAYS,
    sport=SPORT,
    markets=MARKETS,
    calendar=CALENDAR,
    closing=CLOSING,
)
