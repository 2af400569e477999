"""Date, sun and holidays."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import DatePhrases, HolidayPhrases, SunPhrases

DATE: Final = DatePhrases(
    written_date="EEEE, MMMM d",
    written_time="h:mm a",
    day=(
        "Today is {date}.",
        "It is {date}.",
        "This is {date}.",
        "The date today is {date}.",
        "Welcome to {date}.",
    ),
    time=(
        "The time is {time}.",
        "It is {time}.",
        "The clock says {time}.",
        "It is now {time}.",
        "By the clock it is {time}.",
    ),
)

SUN: Final = SunPhrases(
    both=(
        "Sunrise today is at {sunrise}, and sunset at {sunset}.",
        "The sun rises at {sunrise} and sets at {sunset}.",
        "There is daylight from {sunrise} until {sunset}.",
        "Today the sun comes up at {sunrise} and goes down at {sunset}.",
        "Sunrise is at {sunrise} today, and the sun sets at {sunset}.",
    ),
    sunrise=(
        "Sunrise today is at {sunrise}.",
        "The sun rises at {sunrise}.",
        "Today the sun comes up at {sunrise}.",
        "Daylight begins at {sunrise}.",
        "Sunrise is at {sunrise} today.",
    ),
    sunset=(
        "Sunset today is at {sunset}.",
        "The sun sets at {sunset}.",
        "Today the sun goes down at {sunset}.",
        "Daylight lasts until {sunset}.",
        "Sunset is at {sunset} today.",
    ),
    polar_day=(
        "The sun does not set today. It stays up around the clock.",
        "It is polar day, and the sun stays above the horizon.",
        "There is no sunset today. The midnight sun is with you.",
        "Today the sun stays up all day and all night.",
        "The sun keeps above the horizon all day and all night today.",
    ),
    polar_night=(
        "The sun does not rise today. It is polar night.",
        "It is polar night, and the sun stays below the horizon.",
        "There is no sunrise today. The polar night goes on.",
        "Today the sun stays below the horizon.",
        "The sun keeps below the horizon all day today.",
    ),
)

HOLIDAY: Final = HolidayPhrases(
    one=(
        "Today's public holiday is {holidays}.",
        "There is a public holiday today: {holidays}.",
        "Today is a public holiday, for {holidays}.",
        "The calendar has a public holiday today: {holidays}.",
        "Today is a holiday: {holidays}.",
    ),
    several=(
        "Today's public holidays are {holidays}.",
        "There are public holidays today: {holidays}.",
        "Today is a public holiday, for {holidays}.",
        "The calendar has public holidays today: {holidays}.",
        "Today is a holiday more than once: {holidays}.",
    ),
)
