"""The date and the time that are spoken are those on the clock of the alarm's own zone, in every zone there is."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.zones import Transition, transitions, zone_names
from onealarm.briefing.facts import Facts, Listener
from onealarm.briefing.spoken import for_language
from onealarm.events import Events
from onealarm.writers.template import TemplateWriter

NEW_YEAR = datetime(2026, 12, 31, 23, 47, tzinfo=UTC)
LEAP_DAY = datetime(2028, 2, 29, 0, 9, tzinfo=UTC)
SUMMER = datetime(2027, 7, 15, 12, 1, tzinfo=UTC)
AT_A_CHANGE = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

ENGLISH_DAYS = tuple(calendar.day_name)
ENGLISH_MONTHS = tuple(calendar.month_name)[1:]
GERMAN_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
GERMAN_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)

Words = Callable[[datetime], tuple[str, str]]


def english(wall: datetime) -> tuple[str, str]:
    """By the numbers of the wall clock alone, without the words of the code but those of numbers."""
    number = for_language("en")
    day = f"{ENGLISH_DAYS[wall.weekday()]}, {ENGLISH_MONTHS[wall.month - 1]} {number.ordinal(wall.day)}"
    if wall.minute == 0 and wall.hour in (0, 12):
        return day, "noon" if wall.hour else "midnight"
    hour = number.cardinal((wall.hour - 1) % 12 + 1)
    minute = ("oh " if wall.minute < 10 else "") + number.cardinal(wall.minute) if wall.minute else "o'clock"
    return day, f"{hour} {minute}"


def german(wall: datetime) -> tuple[str, str]:
    number = for_language("de")
    day = f"{GERMAN_DAYS[wall.weekday()]}, der {number.ordinal(wall.day)} {GERMAN_MONTHS[wall.month - 1]}"
    hour = "ein" if wall.hour == 1 else number.cardinal(wall.hour)
    return day, f"{hour} Uhr" + (f" {number.cardinal(wall.minute)}" if wall.minute else "")


@pytest.mark.parametrize(("language", "expected"), [("en", english), ("de", german)])
@pytest.mark.parametrize("instant", [NEW_YEAR, LEAP_DAY, SUMMER, AT_A_CHANGE])
async def test_the_words_are_those_of_the_wall_clock(language: str, expected: Words, instant: datetime) -> None:
    days = set()
    assert len(zone_names()) >= 590
    for name in zone_names():
        wall = instant.replace(tzinfo=None) + _offset(name, instant)
        facts = Facts(ring_at=wall_time_of(instant, name), listener=Listener(language=language))
        script = await TemplateWriter(Events()).write(facts)
        (told,) = [section for section in script.sections if section.kind == "date"]
        day, moment = expected(wall)
        assert day in told.sentences[0].text, name
        part = " in the morning" if language == "en" and 1 <= wall.hour < 12 else ""
        assert f" {moment}{part}" in told.sentences[1].text, name
        days.add(day)
    assert len(days) > 1, "somewhere it is another day"


def _offset(name: str, instant: datetime) -> timedelta:
    """By the list of the zone's transitions, from which the database works."""
    begun = [one for one in _transitions(name) if one.starts_at is None or one.starts_at <= instant]
    return begun[-1].offset


@cache
def _transitions(name: str) -> tuple[Transition, ...]:
    return tuple(transitions(name))
