"""What is said in English."""

from __future__ import annotations

from typing import Final

from onealarm.writers.english.calendar import DATE, HOLIDAY, SUN
from onealarm.writers.english.content import CALENDAR, DAYS, FORECAST, MARKETS, SPORT
from onealarm.writers.english.manners import CLOSING, GREETING
from onealarm.writers.english.reports import NEWS, WEATHER
from onealarm.writers.phrases import Phrases

ENGLISH: Final = Phrases(
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
