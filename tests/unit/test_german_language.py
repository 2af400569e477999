"""What German says of times, dates, temperatures and numbers."""

from __future__ import annotations

from datetime import date, time

import pytest

from onealarm.briefing.facts import Unit
from onealarm.briefing.spoken import for_language
from onealarm.briefing.spoken.german.numbers import Ending, ordinal
from onealarm.errors import BadInput

GERMAN = for_language("de")


@pytest.mark.parametrize(
    ("moment", "spoken"),
    [
        (time(0), "null Uhr"),
        (time(0, 5), "null Uhr fünf"),
        (time(1), "ein Uhr"),
        (time(1, 1), "ein Uhr eins"),
        (time(7, 5), "sieben Uhr fünf"),
        (time(12), "zwölf Uhr"),
        (time(14, 30), "vierzehn Uhr dreißig"),
        (time(21), "einundzwanzig Uhr"),
        (time(23, 59, 59), "dreiundzwanzig Uhr neunundfünfzig"),
    ],
)
def test_clock_times_need_no_part_of_the_day(moment: time, spoken: str) -> None:
    assert GERMAN.clock_time(moment) == GERMAN.clock_time(moment, part_of_day=True) == spoken


@pytest.mark.parametrize(
    ("day", "plain", "with_year"),
    [
        (
            date(2026, 11, 24),
            "Dienstag, der vierundzwanzigste November",
            "Dienstag, der vierundzwanzigste November zweitausendsechsundzwanzig",
        ),
        (date(2027, 1, 1), "Freitag, der erste Januar", "Freitag, der erste Januar zweitausendsiebenundzwanzig"),
        (date(1999, 3, 7), "Sonntag, der siebte März", "Sonntag, der siebte März neunzehnhundertneunundneunzig"),
    ],
)
def test_calendar_dates(day: date, plain: str, with_year: str) -> None:
    assert GERMAN.calendar_date(day) == plain
    assert GERMAN.calendar_date(day, year=True) == with_year


@pytest.mark.parametrize(
    ("degrees", "unit", "spoken"),
    [
        (-4.0, "C", "minus vier Grad"),
        (-0.4, "C", "null Grad"),
        (0.5, "C", "ein Grad"),
        (-1.2, "C", "minus ein Grad"),
        (21.4, "C", "einundzwanzig Grad"),
        (-9.5, "C", "minus zehn Grad"),
        (101, "F", "einhunderteins Grad"),
    ],
)
def test_temperatures_are_whole_degrees(degrees: float, unit: Unit, spoken: str) -> None:
    assert GERMAN.temperature(degrees, unit) == spoken


def test_a_temperature_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput, match="temperature"):
        GERMAN.temperature(float("nan"), "C")


@pytest.mark.parametrize(
    ("number", "cardinal", "spoken_ordinal"),
    [
        (0, "null", "nullte"),
        (1, "eins", "erste"),
        (3, "drei", "dritte"),
        (7, "sieben", "siebte"),
        (8, "acht", "achte"),
        (16, "sechzehn", "sechzehnte"),
        (21, "einundzwanzig", "einundzwanzigste"),
        (101, "einhunderteins", "einhunderterste"),
        (3497, "dreitausendvierhundertsiebenundneunzig", "dreitausendvierhundertsiebenundneunzigste"),
        (-4, "minus vier", "minus vierte"),
    ],
)
def test_numbers(number: int, cardinal: str, spoken_ordinal: str) -> None:
    assert GERMAN.cardinal(number) == cardinal
    assert GERMAN.ordinal(number) == spoken_ordinal


@pytest.mark.parametrize(
    ("ending", "spoken"), [("e", "dritte"), ("er", "dritter"), ("es", "drittes"), ("en", "dritten")]
)
def test_ordinals_take_the_ending_that_is_asked_for(ending: Ending, spoken: str) -> None:
    assert ordinal(3, ending) == spoken


def test_a_number_beyond_words_is_read_digit_by_digit() -> None:
    assert GERMAN.cardinal(10**15).split() == ["eins", *["null"] * 15]
    assert GERMAN.ordinal(10**15).split() == ["eins", *["null"] * 15]


def test_only_latin_letters_are_pronounceable() -> None:
    assert GERMAN.pronounceable("Zoë Müller-Öztürk")
    assert not GERMAN.pronounceable("Иван")
    assert not GERMAN.pronounceable("...")
