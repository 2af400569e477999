"""What holds for every text that is made fit to be spoken."""

from __future__ import annotations

import re
import string
import unicodedata
from datetime import date, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onealarm.briefing.spoken import LANGUAGES, Language, for_language
from onealarm.briefing.spoken.cldr import month_names

ENGLISH = for_language("en")
GERMAN = for_language("de")
MONTHS = month_names("de")
EVERY_LANGUAGE = pytest.mark.parametrize("language", [for_language(code) for code in LANGUAGES], ids=LANGUAGES)

TRICKY = st.lists(
    st.sampled_from(
        [
            *"0123456789.,:;-−–—'\"()[]#@&%+/$€£¥°^*_~|<>=\\ \n\t½²™",
            *(
                "am",
                "p.m.",
                "AM",
                "Nov",
                "May ",
                "St.",
                "Dr",
                "Mr ",
                "U.S.",
                "e.g.",
                "vs",
                "v.",
                "No.",
                "II",
                "King Charles ",
                "Uhr",
                "Dez.",
                "am 24.",
                "z. B.",
                "Std.",
                "Mio.",
                " Euro",
                "und 3.",
                "König Karl ",
                "str.",
                "er ",
                "ein ",
                "der ",
            ),
            *("&amp;", "&lt;b&gt;", "<b>", "http://", "www.", "a@b.co", ".com", "mph", "kg", " km/h", "million", "bn"),
            *(
                "st",
                "nd",
                "s",
                "x",
                "T",
                "Z",
                "A",
                "b",
                "é",
                "\u0301",
                "ß",
                "日",
                "ि",
                "न",
                "\u200d",
                "🎉",
                "1️⃣",
                "٣",
                "Ⅳ",
            ),
        ]
    ),
    max_size=14,
).map("".join)
ANY_TEXT = st.one_of(st.text(), TRICKY, st.text(alphabet=string.printable))
ALLOWED = re.compile(r"[.,;:?!' -]")


@EVERY_LANGUAGE
@settings(max_examples=600, deadline=None)
@given(ANY_TEXT)
@example("((A)A)A(B).")
@example("D(A)r. Who")
@example("&amp;amp;amp;lt;")
def test_normalising_again_changes_nothing(language: Language, text: str) -> None:
    once = language.normalise(text)
    assert language.normalise(once) == once


@EVERY_LANGUAGE
@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_only_letters_and_the_punctuation_of_speech_are_left(language: Language, text: str) -> None:
    spoken = language.normalise(text)
    odd = [
        character
        for character in spoken
        if unicodedata.category(character) not in {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc"}
        and not ALLOWED.fullmatch(character)
    ]
    assert odd == []
    assert "  " not in spoken
    assert spoken == spoken.strip()
    assert not re.search(r"[.,;:?!]{2}| [.,;:?!]", spoken)


@EVERY_LANGUAGE
@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(categories=["Lo"]), min_size=1), max_size=5))
def test_letters_of_scripts_without_case_are_kept(language: Language, words: list[str]) -> None:
    text = " ".join(words)
    kept = language.normalise(text).replace(" ", "")
    compatible = unicodedata.normalize("NFKC", text)
    assert kept == "".join(unicodedata.normalize("NFC", letter) for letter in compatible if not letter.isspace())


@EVERY_LANGUAGE
@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("абвгдежзαβγδאבגדابتثकखगघ日本語"), min_size=1))
def test_words_of_other_scripts_are_left_as_they_are(language: Language, word: str) -> None:
    assert language.normalise(word) == word


@settings(deadline=None)
@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_whole_numbers_are_read_as_their_cardinal(number: int) -> None:
    if abs(number) < 10**15:
        assert ENGLISH.normalise(f"{number:,}") == ENGLISH.cardinal(number)
        assert GERMAN.normalise(f"{number:,}".replace(",", ".")) == GERMAN.cardinal(number)
    for language in (ENGLISH, GERMAN):
        assert not any(character.isdigit() for character in language.cardinal(number))
        assert language.normalise(language.cardinal(number)) == language.cardinal(number)


@settings(deadline=None)
@given(
    st.floats(min_value=-150, max_value=150),
    st.sampled_from(["{:.0f}", "{:.1f}", "{:.2f}", "{:.1f}%", "{:.1f}°C", "{:.0f} °F", "${:.2f}"]),
)
def test_minus_zero_is_never_spoken(value: float, shape: str) -> None:
    assert "minus zero" not in ENGLISH.normalise(shape.format(value).replace("$-", "-$"))
    assert "minus zero" not in ENGLISH.temperature(value, "C")
    german = GERMAN.normalise(shape.format(value).replace(".", ",").replace("$-", "-$"))
    assert "minus null" not in german.replace("minus null Komma", "")
    assert "minus null" not in GERMAN.temperature(value, "C")


@given(st.floats(min_value=-150, max_value=150), st.sampled_from(["F", "C"]))
def test_a_temperature_is_the_nearest_whole_degree(value: float, unit: str) -> None:
    whole = abs(int(abs(value) + 0.5))
    words = ENGLISH.temperature(value, "F" if unit == "F" else "C")
    assert words.removeprefix("minus ") == f"{ENGLISH.cardinal(whole)} degree{'' if whole == 1 else 's'}"
    assert words.startswith("minus ") == (value < 0 and whole > 0)
    german = GERMAN.temperature(value, "F" if unit == "F" else "C")
    assert german.removeprefix("minus ") == ("ein Grad" if whole == 1 else f"{GERMAN.cardinal(whole)} Grad")
    assert german.startswith("minus ") == (value < 0 and whole > 0)


@EVERY_LANGUAGE
@given(st.times(), st.booleans())
def test_a_clock_time_is_in_normal_form(language: Language, moment: time, part_of_day: bool) -> None:
    words = language.clock_time(moment, part_of_day=part_of_day)
    assert language.normalise(words) == words


@EVERY_LANGUAGE
@given(st.dates(min_value=date(1000, 1, 1)), st.booleans())
def test_a_date_is_in_normal_form(language: Language, day: date, year: bool) -> None:
    words = language.calendar_date(day, year=year)
    assert language.normalise(words) == words


@EVERY_LANGUAGE
@given(st.times())
def test_every_minute_of_the_day_has_words_of_its_own(language: Language, moment: time) -> None:
    other = time((moment.hour + 12) % 24, moment.minute)
    assert language.clock_time(moment, part_of_day=True) != language.clock_time(other, part_of_day=True)


@settings(deadline=None)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_an_iso_date_is_read_as_that_date(day: date) -> None:
    spoken = ENGLISH.normalise(day.isoformat())
    assert ENGLISH.calendar_date(day, year=True).endswith(spoken)
    assert GERMAN.calendar_date(day, year=True).endswith(GERMAN.normalise(f"der {day.isoformat()}"))


@settings(deadline=None)
@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["am {}", "der {}", "{}", "vom {} an", "bis zum {}"]),
)
def test_a_german_date_ends_as_the_words_around_it_ask(day: date, shape: str) -> None:
    spoken = GERMAN.normalise(shape.format(f"{day.day}. {MONTHS[day.month - 1]}"))
    ending = {"{}": "er", "der {}": "e"}.get(shape, "en")
    assert f"{GERMAN.ordinal(day.day).removesuffix('e')}{ending} {MONTHS[day.month - 1]}" in spoken
    assert GERMAN.normalise(shape.format(f"{day.day:02}.{day.month:02}.")).removesuffix(".") == spoken


def test_what_cannot_be_a_figure_does_not_end_the_reading() -> None:
    for language in (ENGLISH, GERMAN):
        for text in ("9" * 5000, "1." * 500, "1," * 500, "0" * 100 + ".", "1" * 20 + "."):
            assert not re.search(r"\d", language.normalise(text))
