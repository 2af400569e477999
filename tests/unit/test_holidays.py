"""Public holidays by country and by part of it."""

from __future__ import annotations

from datetime import date

import pytest

from onealarm.briefing.holidays import holidays_on
from onealarm.errors import BadInput

EPIPHANY = date(2026, 1, 6)


def test_bavaria_and_berlin_differ_on_the_same_date() -> None:
    assert holidays_on(EPIPHANY, country="DE", subdivision="BY") == ("Epiphany",)
    assert holidays_on(EPIPHANY, country="DE", subdivision="BE") == ()


@pytest.mark.parametrize("subdivision", ["BY", "by", "DE-BY", "de-by", " DE-BY "])
def test_a_subdivision_may_carry_its_country(subdivision: str) -> None:
    assert holidays_on(EPIPHANY, country="de", subdivision=subdivision) == ("Epiphany",)


def test_names_are_english_where_the_country_speaks_otherwise() -> None:
    assert holidays_on(date(2026, 7, 14), country="FR") == ("National Day",)
    assert holidays_on(date(2026, 10, 3), country="DE") == ("German Unity Day",)


def test_names_come_in_another_language_where_there_are_any() -> None:
    assert holidays_on(date(2026, 10, 3), country="DE", language="de") == ("Tag der Deutschen Einheit",)
    assert holidays_on(EPIPHANY, country="AT", language="de-AT") == ("Heilige Drei Könige",)
    assert holidays_on(date(2026, 7, 4), country="US", language="xx") == ("Independence Day",)


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        (date(2027, 12, 24), "US", "Christmas Day"),
        (date(2027, 7, 5), "US", "Independence Day"),
        (date(2027, 12, 28), "GB", "Boxing Day"),
    ],
)
def test_an_observed_day_is_named_once_and_without_the_bracket(day: date, country: str, name: str) -> None:
    assert holidays_on(day, country=country) == (name,)


def test_a_day_off_is_named_without_the_day_it_was_moved_from() -> None:
    assert holidays_on(date(2026, 1, 2), country="CN") == ("Day off",)


def test_an_ordinary_day_has_no_holiday() -> None:
    assert holidays_on(date(2026, 11, 24), country="US") == ()


def test_without_a_country_or_data_for_it_there_is_nothing_to_say() -> None:
    assert holidays_on(EPIPHANY, country=None) == ()
    assert holidays_on(EPIPHANY, country="AC") == ()
    assert holidays_on(date(9999, 1, 2), country="US") == ()


@pytest.mark.parametrize("country", ["XX", "ZZ", "EU", "", "Germany", "419", "D\x00"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(BadInput) as refusal:
        holidays_on(EPIPHANY, country=country)
    assert refusal.value.field == "country"


@pytest.mark.parametrize("subdivision", ["XX", "US-BY", "DE-"])
def test_an_unknown_subdivision_is_refused_with_the_known_ones(subdivision: str) -> None:
    with pytest.raises(BadInput) as refusal:
        holidays_on(EPIPHANY, country="DE", subdivision=subdivision)
    assert refusal.value.field == "subdivision"
    assert "BY" in refusal.value.remedy
