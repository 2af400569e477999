"""Written text is spoken exactly as the tables of each language say."""

from __future__ import annotations

import pytest

from onealarm.briefing.spoken import for_language
from tests.unit.spoken_cases.english import ENGLISH
from tests.unit.spoken_cases.german import GERMAN


@pytest.mark.parametrize(("written", "spoken"), ENGLISH.items())
def test_r17_english_is_spoken_word_for_word(written: str, spoken: str) -> None:
    assert for_language("en").normalise(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), GERMAN.items())
def test_r17_german_is_spoken_word_for_word(written: str, spoken: str) -> None:
    assert for_language("de").normalise(written) == spoken


def test_r17_the_tables_are_large() -> None:
    assert len(ENGLISH) >= 400
    assert len(GERMAN) >= 400
