"""What a language says of times, dates, temperatures and numbers, and which languages there are."""

from __future__ import annotations

from datetime import date, time
from time import process_time

import pytest

from onealarm.briefing.facts import Unit
from onealarm.briefing.spoken import LANGUAGES, for_language, is_spoken
from onealarm.errors import BadInput

ENGLISH = for_language("en")


@pytest.mark.parametrize(
    ("moment", "plain", "with_part"),
    [
        (time(0), "midnight", "midnight"),
        (time(0, 5), "twelve oh five", "twelve oh five at night"),
        (time(1), "one o'clock", "one o'clock in the morning"),
        (time(7), "seven o'clock", "seven o'clock in the morning"),
        (time(7, 5), "seven oh five", "seven oh five in the morning"),
        (time(7, 30), "seven thirty", "seven thirty in the morning"),
        (time(11, 59), "eleven fifty-nine", "eleven fifty-nine in the morning"),
        (time(12), "noon", "noon"),
        (time(12, 15), "twelve fifteen", "twelve fifteen in the afternoon"),
        (time(16, 45), "four forty-five", "four forty-five in the afternoon"),
        (time(19), "seven o'clock", "seven o'clock in the evening"),
        (time(21, 10), "nine ten", "nine ten at night"),
        (time(23, 59, 59), "eleven fifty-nine", "eleven fifty-nine at night"),
    ],
)
def test_clock_times(moment: time, plain: str, with_part: str) -> None:
    assert ENGLISH.clock_time(moment) == plain
    assert ENGLISH.clock_time(moment, part_of_day=True) == with_part


@pytest.mark.parametrize(
    ("day", "plain", "with_year"),
    [
        (
            date(2026, 11, 24),
            "Tuesday, November twenty-fourth",
            "Tuesday, November twenty-fourth, twenty twenty-six",
        ),
        (date(2027, 1, 1), "Friday, January first", "Friday, January first, twenty twenty-seven"),
        (date(2028, 2, 29), "Tuesday, February twenty-ninth", "Tuesday, February twenty-ninth, twenty twenty-eight"),
        (date(2000, 5, 12), "Friday, May twelfth", "Friday, May twelfth, two thousand"),
    ],
)
def test_calendar_dates(day: date, plain: str, with_year: str) -> None:
    assert ENGLISH.calendar_date(day) == plain
    assert ENGLISH.calendar_date(day, year=True) == with_year


@pytest.mark.parametrize(
    ("degrees", "unit", "spoken"),
    [
        (-4.0, "C", "minus four degrees"),
        (-0.4, "C", "zero degrees"),
        (0.0, "F", "zero degrees"),
        (-0.0, "C", "zero degrees"),
        (0.5, "C", "one degree"),
        (1.0, "F", "one degree"),
        (-1.2, "C", "minus one degree"),
        (-9.5, "C", "minus ten degrees"),
        (72.4, "F", "seventy-two degrees"),
        (104, "F", "one hundred four degrees"),
    ],
)
def test_temperatures_are_whole_degrees(degrees: float, unit: Unit, spoken: str) -> None:
    assert ENGLISH.temperature(degrees, unit) == spoken


@pytest.mark.parametrize("degrees", [float("nan"), float("inf"), float("-inf")])
def test_a_temperature_that_is_no_number_is_refused(degrees: float) -> None:
    with pytest.raises(BadInput, match="temperature"):
        ENGLISH.temperature(degrees, "C")


@pytest.mark.parametrize(
    ("number", "cardinal", "ordinal"),
    [
        (0, "zero", "zeroth"),
        (1, "one", "first"),
        (12, "twelve", "twelfth"),
        (21, "twenty-one", "twenty-first"),
        (110, "one hundred ten", "one hundred tenth"),
        (3497, "three thousand four hundred ninety-seven", "three thousand four hundred ninety-seventh"),
        (-4, "minus four", "minus fourth"),
    ],
)
def test_numbers(number: int, cardinal: str, ordinal: str) -> None:
    assert ENGLISH.cardinal(number) == cardinal
    assert ENGLISH.ordinal(number) == ordinal


def test_a_number_beyond_words_is_read_digit_by_digit() -> None:
    assert ENGLISH.cardinal(10**15).split() == ["one", *["zero"] * 15]
    assert ENGLISH.cardinal(-(10**400)).split() == ["minus", "one", *["zero"] * 400]


@pytest.mark.parametrize("code", ["en", "EN", "en-US", "en_GB"])
def test_a_language_is_found_by_its_code_whatever_the_region(code: str) -> None:
    assert for_language(code).code == "en"


@pytest.mark.parametrize("code", ["de", "de-AT", "DE_ch"])
def test_german_is_found_in_every_country(code: str) -> None:
    assert for_language(code).code == "de"
    assert is_spoken(code)


@pytest.mark.parametrize("code", ["", "xx", "english", "-en"])
def test_an_unknown_language_is_refused_with_the_known_ones(code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        for_language(code)
    assert refusal.value.field == "language"
    assert refusal.value.remedy == "Give one of: en, de"
    assert not is_spoken(code)


@pytest.mark.parametrize(
    ("text", "pronounceable"),
    [
        ("Sarah", True),
        ("Zoë Müller-Öztürk", True),
        ("Hawaiʻi", True),
        ("太郎", False),
        ("Sarah 太郎", False),
        ("Иван", False),
        ("", False),
        ("...", False),
    ],
)
def test_only_letters_that_an_english_voice_reads_are_pronounceable(text: str, pronounceable: bool) -> None:
    assert ENGLISH.pronounceable(text) is pronounceable


HOSTILE = [
    "1",
    "1,",
    "1-",
    "1:",
    "1/",
    "1.",
    "a.",
    "<a",
    "[a](",
    "a@",
    "((A)",
    "$1-$1",
    "May 1",
    "&amp;",
    "+1 ",
    "1,11,",
    "'",
    "am 1. ",
    "1. und ",
    "1.1.",
    "1./",
    "der 1. Mai ",
    "König A",
    "str.",
    "1 Mio. ",
    "z.",
]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_text_is_normalised_in_time_that_grows_with_its_length(piece: str, code: str) -> None:
    began = process_time()
    for_language(code).normalise((piece * 10_000)[:10_000])
    assert process_time() - began < 5
